using Deprovisioner.Contracts;
using static Deprovisioner.Contracts.SettingKind;
using static Deprovisioner.Contracts.StepAction;

namespace Deprovisioner.Core.Tests.Policies;

/// <summary>Descriptions like those of the shipped connectors; these tests do not depend on the connectors themselves.</summary>
internal static class TestConnectors
{
    public static IReadOnlyList<ConnectorDescription> All { get; } =
    [
        new(
            "ldap",
            new HashSet<StepAction> { DisableAccount, RevokeCredentials, RemoveEntitlements, DeleteAccount, RestoreAccount },
            [
                new("url", Url, true, "The server, like ldap://127.0.0.1:389."),
                new("bindDn", Text, true, "The DN to bind as."),
                new("password", Secret, true, "Its password, like ${env:LDAP_PASSWORD}."),
                new("baseDn", Text, true, "Where people are, like dc=example,dc=test."),
                new("startTls", SettingKind.Boolean, false, "Whether to start TLS; false unless told."),
                new("caFile", Text, false, "A file of trusted certificates."),
                new("groups.baseDn", Text, false, "Where groups are."),
                new("groups.classes", List, false, "Their object classes."),
                new("disable", Choice, false, "How an account is disabled.", ["ppolicy", "attribute"]),
                new("disableAttribute", Text, false, "The attribute that disables."),
                new("pageSize", Integer, false, "Entries in a page."),
            ]),
        new(
            "scim",
            new HashSet<StepAction> { DisableAccount, RemoveEntitlements, DeleteAccount, RestoreAccount },
            [
                new("url", Url, true, "The base URL, like https://crm.example.test/scim/v2."),
                new("token", Secret, false, "The bearer token, like ${env:CRM_TOKEN}."),
            ]),
        new(
            "postgres",
            new HashSet<StepAction> { DisableAccount, RevokeSessions, RevokeCredentials, RemoveEntitlements, TransferData, DeleteAccount, RestoreAccount },
            [
                new("connection", Secret, true, "The connection string, like ${env:WAREHOUSE}."),
                new("reassignOwnedTo", Text, false, "Who receives what the leaver owns, like person.manager.userName."),
            ]),
        new(
            "manual",
            new HashSet<StepAction> { ManualTask },
            [
                new("owner", Text, true, "Who does it, like facilities."),
                new("within", Duration, false, "How soon, like 24h."),
            ],
            FindsAccounts: false),
    ];
}
