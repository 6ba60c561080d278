using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>Directories that speak LDAP version 3 (RFC 4510 and following): OpenLDAP, 389 Directory Server and their kin.</summary>
internal sealed class LdapKind : IConnectorKind
{
    public ConnectorDescription Description { get; } = new(
        "ldap",
        new HashSet<StepAction>
        {
            StepAction.DisableAccount,
            StepAction.RemoveEntitlements,
            StepAction.RevokeCredentials,
            StepAction.DeleteAccount,
            StepAction.RestoreAccount,
        },
        [
            new("url", SettingKind.Url, true, "The server: ldap://host:389 or ldaps://host:636. A certificate must name this host."),
            new("startTls", SettingKind.Boolean, false, "Whether an ldap:// connection is encrypted before anything is said; false unless told."),
            new("caFile", SettingKind.Text, false, "PEM file of the authorities that the server's certificate may come from; the machine's own unless told."),
            new("bindDn", SettingKind.Text, true, "The account to sign in with, such as cn=deprovisioner,ou=services,dc=example,dc=test."),
            new("password", SettingKind.Secret, true, "Its password, such as ${env:LDAP_PASSWORD}."),
            new("baseDn", SettingKind.Text, true, "Accounts are looked for below it, such as dc=example,dc=test."),
            new("accountFilter", SettingKind.Text, false, $"What may be taken for an account (RFC 4515); {LdapSettings.DefaultAccountFilter} unless told."),
            new("groups.baseDn", SettingKind.Text, false, "Groups are looked for below it; baseDn unless told."),
            new("disable", SettingKind.Choice, false, "How an account is disabled: ppolicy (pwdAccountLockedTime; the default) or attribute.", ["ppolicy", "attribute"]),
            new("disableAttribute", SettingKind.Text, false, "For disable: attribute. The attribute that says so, such as nsAccountLock."),
            new("disableValue", SettingKind.Text, false, "For disable: attribute. Its value on a disabled account, such as TRUE."),
            new("enableValue", SettingKind.Text, false, "For disable: attribute. Its value on an enabled account; the attribute is removed unless told."),
            new("idAttribute", SettingKind.Text, false, "The immutable id of an entry; entryUUID unless told."),
            new("credentialAttributes", SettingKind.List, false, "What revoke-credentials removes; userPassword unless told, sshPublicKey for instance beside it."),
            new("placeholderMember", SettingKind.Text, false, "DN that stays in a group whose last member is removed; bindDn unless told."),
        ]);

    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock) => new LdapConnector(LdapSettings.From(settings, secrets), clock);
}
