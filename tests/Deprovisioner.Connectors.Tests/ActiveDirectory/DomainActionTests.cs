using System.Globalization;
using Deprovisioner.Connectors.ActiveDirectory;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Ldap;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.ActiveDirectory;

/// <summary>What becomes of an account, as the domain's own tools see it.</summary>
[Collection(DomainTests.Name)]
public sealed class DomainActionTests(SharedDomain domain)
{
    private static int last;

    private readonly SambaDomainController server = domain.Server;

    [Fact]
    public async Task Whoever_is_disabled_signs_in_neither_by_password_nor_by_a_ticket_and_can_again_when_restored()
    {
        var (name, _) = await NewAccount();
        await using var connector = server.Connect();
        Assert.True(await server.SignsIn(name));
        Assert.True(await server.GetsTicket(name));

        var (before, after, _) = await connector.Do(StepAction.DisableAccount, await Id(connector, name));

        Assert.False(await server.SignsIn(name));
        Assert.False(await server.GetsTicket(name));
        Assert.Equal(["514"], await server.Values(name, "userAccountControl"));
        Assert.InRange(after!.ResidualUntil!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(9.9), TimeSpan.FromHours(10));
        Assert.Null(before.ResidualUntil);

        await connector.Do(StepAction.RestoreAccount, before.Account.Id, before.Snapshot());
        Assert.True(await server.SignsIn(name));
        Assert.True(await server.GetsTicket(name));
    }

    [Fact]
    public async Task Other_flags_of_an_account_stay_as_they_are()
    {
        var (name, dn) = await NewAccount();
        const int PasswordNeverExpires = 0x10000;
        await server.Modify($"dn: {dn}\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: {512 | PasswordNeverExpires}\n");
        await using var connector = server.Connect();

        var (before, _, _) = await connector.Do(StepAction.DisableAccount, await Id(connector, name));
        Assert.Equal([Number(512 | 2 | PasswordNeverExpires)], await server.Values(name, "userAccountControl"));

        await connector.Do(StepAction.RestoreAccount, before.Account.Id, before.Snapshot());
        Assert.Equal([Number(512 | PasswordNeverExpires)], await server.Values(name, "userAccountControl"));
    }

    [Fact]
    public async Task Neither_the_last_password_nor_the_one_before_is_accepted_once_credentials_are_revoked()
    {
        var (name, dn) = await NewAccount();
        await server.Modify($"dn: {dn}\nchangetype: modify\nadd: altSecurityIdentities\naltSecurityIdentities: X509:<I>CN=Authority<S>CN={name}\n");
        await server.ServerSide("user", "setpassword", name, "--newpassword=Second-Passw0rd");
        Assert.True(await server.SignsIn(name, "Second-Passw0rd"));
        await using var connector = server.Connect();
        var id = await Id(connector, name);

        var (before, _, _) = await connector.Do(StepAction.RevokeCredentials, id);

        Assert.Equal(2, before.Credentials);
        Assert.False(await server.SignsIn(name, "Second-Passw0rd"));
        Assert.False(await server.SignsIn(name));
        Assert.False(await server.GetsTicket(name, "Second-Passw0rd"));
        Assert.Empty(await server.Values(name, "altSecurityIdentities"));

        // Enabled as before: it is another step that disables.
        Assert.True((await connector.ReadAsync(id, default))!.Enabled);
        var told = new List<string>();
        await connector.ActAsync(
            new ActRequest { Action = StepAction.RestoreAccount, Before = (await connector.ReadAsync(id, default))!, Facts = Directories.NoFacts, Snapshot = before.Snapshot(), FollowUp = told.Add }, default);
        Assert.Equal(["Its password was replaced when access ended: give it a new one."], told);

        // A controller takes the password before the last one too, for an hour.
        Assert.False(await server.SignsIn(name, "Second-Passw0rd"));
        await server.ServerSide("user", "setpassword", name, "--newpassword=Third-Passw0rd");
        Assert.True(await server.SignsIn(name, "Third-Passw0rd"));
    }

    [Theory]
    [InlineData(SambaDomainController.BaseDn)]
    [InlineData(SambaDomainController.GroupsDn)]
    public async Task A_primary_group_that_gives_rights_is_taken_away_and_everybodys_stays(string groupsBaseDn)
    {
        var (name, dn) = await NewAccount();
        var group = await server.AddGroup($"{name}-primary", dn);
        var rid = (await server.ServerSide("group", "show", $"{name}-primary", "--attributes=objectSid")).Trim().Split('-')[^1];
        await server.Modify($"dn: {dn}\nchangetype: modify\nreplace: primaryGroupID\nprimaryGroupID: {rid}\n");
        await server.AddGroup($"{name}-plain", dn);
        await using var connector = server.Connect(settings: ("groups.baseDn", groupsBaseDn));
        var id = await Id(connector, name);

        var (before, after, _) = await connector.Do(StepAction.RemoveEntitlements, id);

        Assert.Equal(new[] { group, $"CN={name}-plain,{SambaDomainController.GroupsDn}" }.Order(StringComparer.Ordinal), before.Entitlements.Select(e => e.Name).Order(StringComparer.Ordinal));
        Assert.Empty(after!.Entitlements);
        Assert.Equal(["513"], await server.Values(name, "primaryGroupID"));
        Assert.Empty(await server.Values(name, "memberOf"));

        await connector.Do(StepAction.RestoreAccount, id, before.Snapshot());
        Assert.Equal([rid], await server.Values(name, "primaryGroupID"));
    }

    [Fact]
    public async Task An_account_is_moved_aside_and_back_and_its_validity_ends()
    {
        var (name, _) = await NewAccount();
        await using var connector = server.Connect(settings: [("disabledOu", SambaDomainController.DisabledDn), ("expire", "true")]);
        var id = await Id(connector, name);

        var (before, after, _) = await connector.Do(StepAction.DisableAccount, id);

        Assert.EndsWith(SambaDomainController.DisabledDn, after!.Account.Name, StringComparison.Ordinal);
        Assert.InRange(DateTimeOffset.FromFileTime(long.Parse(Assert.Single(await server.Values(name, "accountExpires")), CultureInfo.InvariantCulture)), TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow());

        var (_, restored, _) = await connector.Do(StepAction.RestoreAccount, id, before.Snapshot());
        Assert.Equal(before.Account.Name, restored!.Account.Name);
        Assert.True(await server.SignsIn(name));
    }

    [Fact]
    public async Task Where_it_cannot_be_moved_it_is_disabled_all_the_same_and_somebody_is_told()
    {
        var (name, _) = await NewAccount();
        await using var connector = server.Connect(settings: ("disabledOu", $"OU=Nowhere,{SambaDomainController.BaseDn}"));
        var before = (await connector.ReadAsync(await Id(connector, name), default))!;
        var told = new List<string>();

        await connector.ActAsync(new ActRequest { Action = StepAction.DisableAccount, Before = before, Facts = Directories.NoFacts, FollowUp = told.Add }, default);

        Assert.False(await server.SignsIn(name));
        Assert.StartsWith($"It is disabled, and could not be moved to OU=Nowhere,{SambaDomainController.BaseDn}: ", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_domain_needs_is_never_touched()
    {
        await using var connector = server.Connect("sAMAccountName");
        foreach (var name in new[] { "Administrator", "Guest", "krbtgt", "deprovisioner" })
        {
            var found = Assert.Single(await connector.FindAsync(name, default));
            var state = (await connector.ReadAsync(found.Id, default))!;
            Assert.True(state.Critical, name);

            var fault = await Directories.FaultOf(() => connector.ActAsync(new ActRequest { Action = StepAction.DisableAccount, Before = state, Facts = Directories.NoFacts }, default));
            Assert.Equal((Outcome.Rejected, "protected-account"), (fault.Outcome, fault.Code));
        }
    }

    [Fact]
    public async Task An_account_out_of_reach_is_refused_by_itself_and_says_what_to_delegate()
    {
        var name = $"beyond-{Interlocked.Increment(ref last)}";
        await server.AddAccount(name, container: $"OU=Services,{SambaDomainController.BaseDn}", more: $"mail: {name}@example.test");
        await using var connector = server.Connect();
        var state = (await connector.ReadAsync(await Id(connector, name), default))!;

        var fault = await Directories.FaultOf(() => connector.ActAsync(new ActRequest { Action = StepAction.DisableAccount, Before = state, Facts = Directories.NoFacts }, default));

        Assert.Equal((Outcome.Rejected, "ldap-50"), (fault.Outcome, fault.Code));
        Assert.Contains("AdminSDHolder", fault.Message, StringComparison.Ordinal);
        Assert.True(await server.SignsIn(name));
    }

    [Theory]
    [InlineData("employeeID")]
    [InlineData("sAMAccountName")]
    [InlineData("mail")]
    [InlineData("objectGUID")]
    public async Task An_account_is_found_by(string attribute)
    {
        var (name, _) = await NewAccount();
        await using var byMail = server.Connect();
        var id = await Id(byMail, name);
        await using var connector = server.Connect(attribute);

        var value = attribute == "objectGUID" ? id : (await server.Values(name, attribute))[0];

        Assert.Equal(id, Assert.Single(await connector.FindAsync(value, default)).Id);
    }

    [Fact]
    public async Task More_groups_than_a_controller_gives_at_once_are_all_seen()
    {
        const int Groups = 1_510;
        var (name, dn) = await NewAccount();
        await server.Add(string.Join("\n\n", Enumerable.Range(0, Groups).Select(n => $"dn: CN={name}-{n},{SambaDomainController.GroupsDn}\nobjectClass: group\nsAMAccountName: {name}-{n}\nmember: {dn}")));
        await using var connector = server.Connect(settings: ("groups.baseDn", $"OU=Services,{SambaDomainController.BaseDn}"));

        // None of them is below groups.baseDn, so they are known from the account alone, which tells of 1,500 at a time.
        var state = (await connector.ReadAsync(await Id(connector, name), default))!;

        Assert.Equal(Groups, state.Entitlements.Select(e => e.Id).Distinct().Count());
        Assert.All(state.Entitlements, e => Assert.Equal("outside groups.baseDn", e.Owner));
    }

    [Fact]
    public async Task Two_that_take_the_same_groups_away_are_not_in_each_others_way()
    {
        var (name, dn) = await NewAccount();
        await server.Add(string.Join("\n\n", Enumerable.Range(0, 40).Select(n => $"dn: CN={name}-{n},{SambaDomainController.GroupsDn}\nobjectClass: group\nsAMAccountName: {name}-{n}\nmember: {dn}")));
        await using var connector = server.Connect();
        var before = (await connector.ReadAsync(await Id(connector, name), default))!;
        var request = new ActRequest { Action = StepAction.RemoveEntitlements, Before = before, Facts = Directories.NoFacts };

        // Each reads the groups, and then finds some of them left already.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => connector.ActAsync(request, default)));

        Assert.Empty(await server.Values(name, "memberOf"));
    }

    [Fact]
    public async Task While_a_controller_is_away_another_one_is_asked()
    {
        var (name, _) = await NewAccount();
        await using var connector = server.Connect(settings: [("url", $"ldaps://127.0.0.1:{LoopbackPort.Free()}"), ("alternates.0", server.Url)]);

        Assert.Equal(Fault.Unreachable, (await Directories.FaultOf(() => connector.FindAsync($"{name}@example.test", default))).Code);

        Assert.Single(await connector.FindAsync($"{name}@example.test", default));
        Assert.Single(await connector.FindAsync($"{name}@example.test", default));
    }

    [Fact]
    public async Task A_check_tells_what_is_not_delegated()
    {
        await using var good = server.Connect("sAMAccountName", ("baseDn", SambaDomainController.PeopleDn), ("groups.baseDn", SambaDomainController.GroupsDn));
        var (_, dn) = await NewAccount();
        await server.AddGroup($"checked-{Interlocked.Increment(ref last)}", dn);
        Assert.All((await good.CheckAsync(default)).Findings, f => Assert.True(f.Ok, $"{f.Subject}: {f.Remedy}"));

        await using var lacking = server.Connect("sAMAccountName", ("baseDn", $"OU=Services,{SambaDomainController.BaseDn}"), ("disabledOu", $"OU=Nowhere,{SambaDomainController.BaseDn}"));
        await server.AddAccount($"service-{Interlocked.Increment(ref last)}", container: $"OU=Services,{SambaDomainController.BaseDn}");
        var check = await lacking.CheckAsync(default);

        Assert.True(check.Reachable);
        Assert.StartsWith("Active Directory, functional level ", check.Version, StringComparison.Ordinal);
        Assert.Equal(["disabledOu", "may write altSecurityIdentities", "may write primaryGroupID", "may write userAccountControl"], check.Findings.Where(f => !f.Ok && f.Subject != "groups").Select(f => f.Subject).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("url", "ldap://127.0.0.1", "must be ldaps://")]
    [InlineData("ticketLifetime", "long", "ticketLifetime is no duration")]
    [InlineData("expire", "perhaps", "expire must be true or false")]
    public void What_cannot_be_used_is_said_before_anybody_is_asked(string key, string value, string says)
    {
        var fault = Assert.Throws<SystemFaultException>(() => ActiveDirectorySettings.From(Domains.Settings(server, settings: (key, value)), new Directories.PlainSecrets())).Fault;

        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    private static async Task<string> Id(IConnector connector, string name) => Assert.Single(await connector.FindAsync($"{name}@example.test", default)).Id;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<(string Name, string Dn)> NewAccount()
    {
        var name = $"leaver-{Interlocked.Increment(ref last)}";
        return (name, await server.AddAccount(name, more: $"mail: {name}@example.test\nemployeeID: P-{name}"));
    }
}
