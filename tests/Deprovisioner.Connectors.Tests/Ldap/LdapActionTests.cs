using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Ldap;

[Collection(DirectoryTests.Name)]
public sealed class LdapActionTests(SharedDirectory shared) : IAsyncLifetime
{
    private readonly string name = "p" + Guid.NewGuid().ToString("N")[..8];
    private readonly OpenLdapServer server = shared.Server;
    private readonly IConnector connector = shared.Server.Connect();
    private string dn = "";
    private string id = "";

    public async Task InitializeAsync()
    {
        dn = await server.AddPerson(name, uid: name, mail: $"{name}@example.test", password: "hers");
        id = await server.EntryUuid(dn);
    }

    public async Task DisposeAsync() => await connector.DisposeAsync();

    [Fact]
    public async Task An_account_is_found_by_its_match_value_in_any_case_and_by_nothing_else()
    {
        Assert.Equal([new AccountRef(id, dn)], await connector.FindAsync($"{name}@example.test", default));
        Assert.Equal([new AccountRef(id, dn)], await connector.FindAsync($"{name}@EXAMPLE.test".ToUpperInvariant(), default));
        Assert.Empty(await connector.FindAsync($"{name}", default));
        Assert.Empty(await connector.FindAsync("", default));
    }

    [Fact]
    public async Task Two_accounts_with_one_match_value_are_both_found()
    {
        var other = await server.AddPerson(name + "-adm", mail: $"{name}@example.test");

        var found = await connector.FindAsync($"{name}@example.test", default);

        Assert.Equal([dn, other], found.Select(account => account.Name).Order());
    }

    [Fact]
    public async Task A_disabled_account_cannot_sign_in_and_a_second_run_has_nothing_to_do()
    {
        Assert.True(await server.CanSignIn(dn, "hers"));

        var (before, after, acted) = await connector.Do(StepAction.DisableAccount, id);

        Assert.True(before.Enabled);
        Assert.True(acted);
        Assert.False(after!.Enabled);
        Assert.False(await server.CanSignIn(dn, "hers"));
        Assert.False((await connector.Do(StepAction.DisableAccount, id)).Acted);
    }

    [Fact]
    public async Task Disabling_what_is_disabled_already_is_no_fault()
    {
        var before = (await connector.ReadAsync(id, default))!;
        var request = new ActRequest { Action = StepAction.DisableAccount, Before = before, Facts = Directories.NoFacts };

        await connector.ActAsync(request, default);
        await connector.ActAsync(request, default);

        Assert.Equal(["000001010000Z"], await server.Values(dn, "pwdAccountLockedTime"));
    }

    [Fact]
    public async Task A_lock_that_ends_by_itself_does_not_count_as_disabled()
    {
        await server.Modify($"dn: {dn}\nchangetype: modify\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: 20990101000000Z");

        Assert.True((await connector.ReadAsync(id, default))!.Enabled);
        await connector.Do(StepAction.DisableAccount, id);

        Assert.Equal(["000001010000Z"], await server.Values(dn, "pwdAccountLockedTime"));
    }

    [Fact]
    public async Task A_lock_that_the_servers_policy_ignores_is_not_taken_for_one()
    {
        await server.Modify($"dn: {dn}\nchangetype: modify\nadd: pwdPolicySubentry\npwdPolicySubentry: {OpenLdapServer.NoLockPolicyDn}\n-\nadd: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z");
        Assert.True(await server.CanSignIn(dn, "hers"));

        var state = (await connector.ReadAsync(id, default))!;
        var fault = await Directories.FaultOf(() => connector.ActAsync(new ActRequest { Action = StepAction.DisableAccount, Before = state, Facts = Directories.NoFacts }, default));

        Assert.True(state.Enabled);
        Assert.Equal(OpenLdapServer.NoLockPolicyDn, state.Details["lockIgnoredBy"]);
        Assert.Equal((Outcome.Rejected, "lock-ignored"), (fault.Outcome, fault.Code));
    }

    [Fact]
    public async Task The_attribute_that_disables_can_be_another_one_and_gets_its_old_value_back()
    {
        await using var shells = server.Connect(settings: [("disable", "attribute"), ("disableAttribute", "loginShell"), ("disableValue", "/usr/sbin/nologin"), ("enableValue", "/bin/sh")]);
        await server.Modify($"dn: {dn}\nchangetype: modify\nadd: loginShell\nloginShell: /bin/zsh");

        var (before, after, _) = await shells.Do(StepAction.DisableAccount, id);
        Assert.False(after!.Enabled);
        Assert.Equal(["/usr/sbin/nologin"], await server.Values(dn, "loginShell"));
        Assert.False((await shells.Do(StepAction.DisableAccount, id)).Acted);

        await shells.Do(StepAction.RestoreAccount, id, before.Snapshot());
        Assert.Equal(["/bin/zsh"], await server.Values(dn, "loginShell"));

        await shells.Do(StepAction.DisableAccount, id);
        await shells.Do(StepAction.RestoreAccount, id, before.Snapshot() with { Attributes = Directories.NoFacts });
        Assert.Equal(["/bin/sh"], await server.Values(dn, "loginShell"));
    }

    [Fact]
    public async Task Without_a_value_for_enabled_accounts_the_attribute_is_removed()
    {
        await using var types = server.Connect(settings: [("disable", "attribute"), ("disableAttribute", "employeeType"), ("disableValue", "left")]);

        var (before, _, _) = await types.Do(StepAction.DisableAccount, id);
        Assert.Equal(["left"], await server.Values(dn, "employeeType"));
        await types.Do(StepAction.RestoreAccount, id, before.Snapshot());

        Assert.Empty(await server.Values(dn, "employeeType"));
    }

    [Fact]
    public async Task Afterwards_it_is_in_no_group_of_any_kind_and_others_are_still_in_theirs()
    {
        var other = await server.AddPerson(name + "-other", uid: name + "-other");
        var names = await server.AddGroup(name + "-names", "groupOfNames", dn, other);
        var unique = await server.AddGroup(name + "-unique", "groupOfUniqueNames", dn, other);
        var posix = await server.AddGroup(name + "-posix", "posixGroup", name, name + "-other");
        var posixAlone = await server.AddGroup(name + "-alone", "posixGroup", name);

        var (before, after, _) = await connector.Do(StepAction.RemoveEntitlements, id);

        Assert.Equal(new[] { names, unique, posix, posixAlone }.Order(), before.Entitlements.Select(e => e.Name).Order());
        Assert.Contains(before.Entitlements, e => e.Name == names && e.Owner is null);
        Assert.Equal(await server.EntryUuid(names), before.Entitlements.Single(e => e.Name == names).Id);
        Assert.Empty(after!.Entitlements);
        Assert.Equal([other], await server.Values(names, "member"));
        Assert.Equal([other], await server.Values(unique, "uniqueMember"));
        Assert.Equal([name + "-other"], await server.Values(posix, "memberUid"));
        Assert.Empty(await server.Values(posixAlone, "memberUid"));
        Assert.Empty(await server.Values(dn, "memberOf"));
        Assert.False((await connector.Do(StepAction.RemoveEntitlements, id)).Acted);
    }

    [Fact]
    public async Task The_last_member_is_removed_too_and_a_placeholder_stays()
    {
        var names = await server.AddGroup(name + "-names", "groupOfNames", dn);
        var unique = await server.AddGroup(name + "-unique", "groupOfUniqueNames", dn);

        var others = await server.AddGroup(name + "-others", "groupOfNames", dn, OpenLdapServer.ReaderDn);
        var told = new List<string>();
        var before = (await connector.ReadAsync(id, default))!;

        await connector.ActAsync(new ActRequest { Action = StepAction.RemoveEntitlements, Before = before, Facts = Directories.NoFacts, FollowUp = told.Add }, default);

        Assert.Equal([OpenLdapServer.ServiceDn], await server.Values(names, "member"));
        Assert.Equal([OpenLdapServer.ServiceDn], await server.Values(unique, "uniqueMember"));
        Assert.Equal([OpenLdapServer.ReaderDn], await server.Values(others, "member"));
        Assert.Equal(
            new[] { names, unique }.Select(group => $"This was the last member of {group}: {OpenLdapServer.ServiceDn} stands in, since the directory keeps no empty group. Give the group another member, or delete it."),
            told);
    }

    [Fact]
    public async Task A_placeholder_of_its_own_goes_again_when_the_member_comes_back()
    {
        var nobody = await server.AddPerson(name + "-nobody");
        await using var careful = server.Connect(settings: [("placeholderMember", nobody)]);
        var group = await server.AddGroup(name + "-names", "groupOfNames", dn);

        var (before, _, _) = await careful.Do(StepAction.RemoveEntitlements, id);
        Assert.Equal([nobody], await server.Values(group, "member"));
        Assert.True((await careful.ReadAsync(await server.EntryUuid(nobody), default))!.Critical);
        await careful.Do(StepAction.RestoreAccount, id, before.Snapshot());

        Assert.Equal([dn], await server.Values(group, "member"));
    }

    [Fact]
    public async Task Removing_again_what_somebody_else_removed_meanwhile_is_no_fault()
    {
        var group = await server.AddGroup(name + "-names", "groupOfNames", dn, OpenLdapServer.ReaderDn);
        var before = (await connector.ReadAsync(id, default))!;
        await server.Modify($"dn: {group}\nchangetype: modify\ndelete: member\nmember: {dn}");

        await connector.ActAsync(new ActRequest { Action = StepAction.RemoveEntitlements, Before = before, Facts = Directories.NoFacts }, default);

        Assert.Equal([OpenLdapServer.ReaderDn], await server.Values(group, "member"));
    }

    [Fact]
    public async Task A_login_name_that_two_entries_share_is_not_taken_from_a_group()
    {
        await server.AddPerson(name + "-twin", uid: name);
        var posix = await server.AddGroup(name + "-posix", "posixGroup", name);
        var names = await server.AddGroup(name + "-names", "groupOfNames", dn);
        var before = (await connector.ReadAsync(id, default))!;

        var fault = await Directories.FaultOf(() => connector.ActAsync(new ActRequest { Action = StepAction.RemoveEntitlements, Before = before, Facts = Directories.NoFacts }, default));

        Assert.Equal((Outcome.Ambiguous, "uid-shared"), (fault.Outcome, fault.Code));
        Assert.Equal([name], await server.Values(posix, "memberUid"));
        Assert.DoesNotContain(dn, await server.Values(names, "member"));
    }

    [Fact]
    public async Task A_group_elsewhere_is_told_but_belongs_to_somebody_else()
    {
        await using var narrow = server.Connect(settings: [("groups.baseDn", $"ou=Groups, {OpenLdapServer.BaseDn}")]);
        var inside = await server.AddGroup(name + "-inside", "groupOfNames", dn);
        await server.Add($"dn: cn={name}-outside,{OpenLdapServer.PeopleDn}\nobjectClass: groupOfNames\ncn: {name}-outside\nmember: {dn}");

        var (before, after, _) = await narrow.Do(StepAction.RemoveEntitlements, id);

        Assert.Null(before.Entitlements.Single(e => e.Name == inside).Owner);
        var left = Assert.Single(after!.Entitlements);
        Assert.Equal(($"cn={name}-outside,{OpenLdapServer.PeopleDn}", "outside groups.baseDn"), (left.Name, left.Owner));
    }

    [Theory]
    [InlineData(OpenLdapServer.ServiceDn, OpenLdapServer.ServicePassword)]
    [InlineData(OpenLdapServer.AdminDn, OpenLdapServer.AdminPassword)]
    public async Task Afterwards_no_password_is_left_and_the_lock_still_is(string bindDn, string password)
    {
        await using var bound = server.Connect(settings: [("bindDn", bindDn), ("password", password)]);
        await bound.Do(StepAction.DisableAccount, id);

        var (before, after, _) = await bound.Do(StepAction.RevokeCredentials, id);

        Assert.Equal(1, before.Credentials);
        Assert.Equal(0, after!.Credentials);
        Assert.False(after.Enabled);
        Assert.Empty(await server.Values(dn, "userPassword"));
        Assert.False((await connector.Do(StepAction.RevokeCredentials, id)).Acted);
    }

    [Fact]
    public async Task A_password_that_may_not_be_seen_is_not_taken_for_gone()
    {
        await using var blind = server.Connect(settings: [("bindDn", OpenLdapServer.ReaderDn), ("password", OpenLdapServer.ReaderPassword)]);

        var state = (await blind.ReadAsync(id, default))!;

        Assert.Null(state.Credentials);
        Assert.DoesNotContain("hers", state.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_account_is_gone_from_the_groups_too_and_cannot_come_back()
    {
        var alone = await server.AddGroup(name + "-alone", "groupOfNames", dn);
        var posix = await server.AddGroup(name + "-posix", "posixGroup", name);

        var (before, after, _) = await connector.Do(StepAction.DeleteAccount, id);

        Assert.Null(after);
        Assert.False(await server.Exists(dn));
        Assert.Equal([OpenLdapServer.ServiceDn], await server.Values(alone, "member"));
        Assert.Empty(await server.Values(posix, "memberUid"));
        Assert.Empty(await connector.FindAsync($"{name}@example.test", default));
        await connector.ActAsync(new ActRequest { Action = StepAction.DeleteAccount, Before = before, Facts = Directories.NoFacts }, default);
        var fault = await Directories.FaultOf(() => connector.ActAsync(
            new ActRequest { Action = StepAction.RestoreAccount, Before = before, Facts = Directories.NoFacts, Snapshot = before.Snapshot() }, default));
        Assert.Equal((Outcome.Rejected, "account-gone"), (fault.Outcome, fault.Code));
    }

    [Fact]
    public async Task An_entry_with_others_below_it_is_not_deleted()
    {
        await server.Add($"dn: cn=below,{dn}\nobjectClass: device\ncn: below");
        var before = (await connector.ReadAsync(id, default))!;

        var fault = await Directories.FaultOf(() => connector.ActAsync(new ActRequest { Action = StepAction.DeleteAccount, Before = before, Facts = Directories.NoFacts }, default));

        Assert.Equal((Outcome.Rejected, "ldap-66"), (fault.Outcome, fault.Code));
        Assert.True(await server.Exists($"cn=below,{dn}"));
    }

    [Fact]
    public async Task A_restored_account_can_sign_in_and_is_back_in_exactly_its_groups()
    {
        var names = await server.AddGroup(name + "-names", "groupOfNames", dn, OpenLdapServer.ReaderDn);
        var unique = await server.AddGroup(name + "-unique", "groupOfUniqueNames", dn, OpenLdapServer.ReaderDn);
        var posix = await server.AddGroup(name + "-posix", "posixGroup", name);
        var never = await server.AddGroup(name + "-never", "groupOfNames", OpenLdapServer.ReaderDn);
        var snapshot = (await connector.ReadAsync(id, default))!.Snapshot();
        await connector.Do(StepAction.DisableAccount, id);
        await connector.Do(StepAction.RemoveEntitlements, id);

        Assert.True((await connector.Do(StepAction.RestoreAccount, id, snapshot)).Acted);

        Assert.True(await server.CanSignIn(dn, "hers"));
        Assert.Contains(dn, await server.Values(names, "member"));
        Assert.Contains(dn, await server.Values(unique, "uniqueMember"));
        Assert.Equal([name], await server.Values(posix, "memberUid"));
        Assert.DoesNotContain(dn, await server.Values(never, "member"));
        Assert.False((await connector.Do(StepAction.RestoreAccount, id, snapshot)).Acted);
    }

    [Fact]
    public async Task A_group_that_is_gone_is_told_and_all_else_is_restored()
    {
        var kept = await server.AddGroup(name + "-kept", "groupOfNames", dn, OpenLdapServer.ReaderDn);
        var lost = await server.AddGroup(name + "-lost", "groupOfNames", dn);
        var snapshot = (await connector.ReadAsync(id, default))!.Snapshot();
        await connector.Do(StepAction.DisableAccount, id);
        var (_, after, _) = await connector.Do(StepAction.RemoveEntitlements, id);
        await server.Modify($"dn: {lost}\nchangetype: delete");

        var fault = await Directories.FaultOf(() => connector.ActAsync(
            new ActRequest { Action = StepAction.RestoreAccount, Before = after!, Facts = Directories.NoFacts, Snapshot = snapshot }, default));

        Assert.Equal((Outcome.Rejected, "group-gone"), (fault.Outcome, fault.Code));
        Assert.Contains(dn, await server.Values(kept, "member"));
        Assert.True(await server.CanSignIn(dn, "hers"));
    }

    [Fact]
    public async Task A_renamed_entry_is_still_the_same_account()
    {
        var group = await server.AddGroup(name + "-names", "groupOfNames", dn, OpenLdapServer.ReaderDn);
        var before = (await connector.ReadAsync(id, default))!;
        await server.Modify($"dn: {dn}\nchangetype: modrdn\nnewrdn: cn={name}-married\ndeleteoldrdn: 1");
        var impostor = await server.AddPerson(name, mail: "impostor@example.test", password: "impostors");

        foreach (var action in new[] { StepAction.DisableAccount, StepAction.RemoveEntitlements })
        {
            await connector.ActAsync(new ActRequest { Action = action, Before = before, Facts = Directories.NoFacts }, default);
        }

        Assert.False(await server.CanSignIn($"cn={name}-married,{OpenLdapServer.PeopleDn}", "hers"));
        Assert.True(await server.CanSignIn(impostor, "impostors"));
        Assert.Equal([OpenLdapServer.ReaderDn], await server.Values(group, "member"));
    }

    [Fact]
    public async Task The_accounts_that_the_connector_itself_uses_are_never_touched()
    {
        // Written otherwise than the server writes it, so that the comparison cannot be one of texts.
        await using var spelled = server.Connect(settings: [("bindDn", $"CN=Deprovisioner, ou=services, {OpenLdapServer.BaseDn}")]);
        var own = (await spelled.ReadAsync(await server.EntryUuid(OpenLdapServer.ServiceDn), default))!;

        var fault = await Directories.FaultOf(() => spelled.ActAsync(new ActRequest { Action = StepAction.DeleteAccount, Before = own, Facts = Directories.NoFacts }, default));

        Assert.True(own.Critical);
        Assert.False((await spelled.ReadAsync(id, default))!.Critical);
        Assert.Equal((Outcome.Rejected, "protected-account"), (fault.Outcome, fault.Code));
        Assert.True(await server.Exists(OpenLdapServer.ServiceDn));
    }

    [Fact]
    public async Task A_group_is_no_account_whatever_its_attributes_say()
    {
        await server.Add($"dn: cn={name}-list,{OpenLdapServer.GroupsDn}\nobjectClass: groupOfNames\nobjectClass: extensibleObject\ncn: {name}-list\nmember: {OpenLdapServer.ReaderDn}\nmail: {name}-list@example.test");

        Assert.Empty(await connector.FindAsync($"{name}-list@example.test", default));
        Assert.Null(await connector.ReadAsync(await server.EntryUuid($"cn={name}-list,{OpenLdapServer.GroupsDn}"), default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no-uuid")]
    [InlineData("*")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public async Task An_id_that_no_entry_has_reads_as_nothing(string accountId) => Assert.Null(await connector.ReadAsync(accountId, default));
}
