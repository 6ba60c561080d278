using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.ActiveDirectory;

/// <summary>Domains of Microsoft Active Directory ([MS-ADTS]), and of Samba as a domain controller, by LDAP.</summary>
internal sealed class ActiveDirectoryKind : IConnectorKind
{
    public ConnectorDescription Description { get; } = new(
        "activedirectory",
        new HashSet<StepAction>
        {
            StepAction.DisableAccount,
            StepAction.RemoveEntitlements,
            StepAction.RevokeCredentials,
            StepAction.DeleteAccount,
            StepAction.RestoreAccount,
        },
        [
            new("url", SettingKind.Url, true, "A domain controller: ldaps://dc1.corp.example.com. A certificate must name this host."),
            new("alternates", SettingKind.List, false, "Other controllers of the same domain, asked while that one cannot be reached."),
            new("startTls", SettingKind.Boolean, false, "Whether an ldap:// connection is encrypted before anything is said; false unless told, and then ldaps:// is wanted."),
            new("caFile", SettingKind.Text, false, "PEM file of the authorities that the controllers' certificates may come from; the machine's own unless told."),
            new("bindDn", SettingKind.Text, true, "The account to sign in with, by its DN, such as CN=deprovisioner,OU=Services,DC=corp,DC=example,DC=com."),
            new("password", SettingKind.Secret, true, "Its password, such as ${env:AD_PASSWORD}."),
            new("baseDn", SettingKind.Text, true, "Accounts are looked for below it, such as DC=corp,DC=example,DC=com."),
            new("accountFilter", SettingKind.Text, false, $"What may be taken for an account (RFC 4515); {ActiveDirectorySettings.DefaultAccountFilter} (ordinary user accounts) unless told."),
            new("groups.baseDn", SettingKind.Text, false, "Groups are looked for below it; baseDn unless told."),
            new("disabledOu", SettingKind.Text, false, "DN of the container to which an account is moved once it is disabled; it stays where it is unless told."),
            new("expire", SettingKind.Boolean, false, "Whether disabling also ends the account's validity (accountExpires), so that another tool that enables it does not open it; false unless told."),
            new("ticketLifetime", SettingKind.Duration, false, "How long a Kerberos ticket lives in this domain, as its policy says; 10h unless told."),
            new("otherDomains", SettingKind.List, false, "DNS names of other domains of whose groups somebody else takes care; of any other that may have members from here, somebody is asked to look."),
        ]);

    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock) => new ActiveDirectoryConnector(ActiveDirectorySettings.From(settings, secrets), clock);
}
