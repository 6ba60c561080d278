using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Ldap;

[Collection(DirectoryTests.Name)]
public sealed class LdapCheckTests(SharedDirectory shared) : IAsyncLifetime
{
    private readonly OpenLdapServer server = shared.Server;

    public async Task InitializeAsync()
    {
        if (!await server.Exists($"cn=checked,{OpenLdapServer.PeopleDn}"))
        {
            await server.AddGroup("checked", "groupOfNames", await server.AddPerson("checked", mail: "checked@example.test"));
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_directory_as_it_must_be_has_no_complaints_and_is_left_as_it_was()
    {
        var before = await server.Everything();

        var check = await Check();

        Assert.True(check.Reachable);
        Assert.Equal("OpenLDAP", check.Version);
        Assert.Equal(
            ["encryption", "connection", "sign-in", "base DN", "accounts", "account id", "may read pwdAccountLockedTime", "may read userPassword", "groups", "locks count"],
            check.Findings.Select(finding => finding.Subject));
        Assert.All(check.Findings, finding => Assert.True(finding.Ok, finding.Subject));
        Assert.Equal(before, await server.Everything());
    }

    [Theory]
    [InlineData("bindDn", OpenLdapServer.ReaderDn, "may read userPassword", "password", OpenLdapServer.ReaderPassword)]
    [InlineData("password", "wrong", "sign-in")]
    [InlineData("url", "ldap://127.0.0.1:1", "connection")]
    [InlineData("baseDn", $"ou=services,{OpenLdapServer.BaseDn}", "accounts", "groups.baseDn", OpenLdapServer.BaseDn)]
    [InlineData("groups.baseDn", OpenLdapServer.PeopleDn, "groups")]
    public async Task What_is_wrong_is_named_with_a_remedy(string key, string value, string subject, string secondKey = "", string secondValue = "")
    {
        (string, string)[] settings = secondKey.Length > 0 ? [(key, value), (secondKey, secondValue)] : [(key, value)];

        var check = await Check(settings);

        Assert.Contains(check.Findings, finding => finding.Subject == subject && !finding.Ok && !string.IsNullOrEmpty(finding.Remedy));
        Assert.Equal(subject != "connection", check.Reachable);
    }

    [Fact]
    public async Task A_password_that_would_cross_the_network_readable_is_complained_of()
        => Assert.Contains((await Check(("url", "ldap://0.0.0.0:1"))).Findings, finding => finding.Subject == "encryption" && !finding.Ok);

    [Fact]
    public void The_catalogue_knows_what_it_can_do_without_a_server()
    {
        var description = new LdapKind().Description;

        Assert.Equal("ldap", description.Connector);
        Assert.Equal(
            [StepAction.DisableAccount, StepAction.RevokeCredentials, StepAction.RemoveEntitlements, StepAction.DeleteAccount, StepAction.RestoreAccount],
            description.Actions.Order());
        Assert.Equal(["password"], description.Settings.Where(setting => setting.Kind == SettingKind.Secret).Select(setting => setting.Key));
    }

    private async Task<SystemCheck> Check(params (string Key, string Value)[] settings)
    {
        await using var connector = server.Connect(settings: settings);
        return await connector.CheckAsync(default);
    }
}
