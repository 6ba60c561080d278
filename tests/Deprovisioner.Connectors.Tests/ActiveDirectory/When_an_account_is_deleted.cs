using Deprovisioner.Connectors.ActiveDirectory;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Connectors.Tests.Ldap;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.ActiveDirectory;

/// <summary>What a domain keeps of a deleted account, and how it comes back; through the host.</summary>
[Collection(DomainTests.Name)]
public sealed class When_an_account_is_deleted(SharedDomain domain)
{
    private const string NewPassword = "Another-Passw0rd";

    private static int last;

    private readonly SambaDomainController server = domain.Server;

    [Fact]
    public async Task It_comes_back_from_its_tombstone_as_the_same_account_with_its_groups_and_says_what_is_lost()
    {
        var (name, dn) = await NewAccount();
        var group = await server.AddGroup($"{name}-group", dn);
        var place = await server.Values(name, "cn");
        var sid = await server.Values(name, "objectSid");
        await using var host = Host();
        var deleted = await Run(host, StepAction.DeleteAccount, name);
        Assert.Equal(Outcome.Changed, deleted.Outcome);
        Assert.Empty(await server.Values(name, "cn"));
        var snapshot = Assert.Single(deleted.Snapshots);
        Assert.True(snapshot.Recoverable);
        Assert.Equal("off", Assert.Single(deleted.Evidence).Before["recycleBin"]);

        var restored = await Run(host, StepAction.RestoreAccount, name, snapshot);

        Assert.Equal((Outcome.Changed, "follow-up"), (restored.Outcome, restored.Code));
        Assert.Contains("brought back from a tombstone", restored.Message, StringComparison.Ordinal);
        Assert.Equal(sid, await server.Values(name, "objectSid"));
        Assert.Equal(place, await server.Values(name, "cn"));
        Assert.Equal([group], await server.Values(name, "memberOf"));
        Assert.Equal(["512"], await server.Values(name, "userAccountControl"));

        // Neither the password before nor an empty one: somebody gives it a new one.
        Assert.False(await server.SignsIn(name));
        Assert.NotEqual(["0"], await server.Values(name, "pwdLastSet"));
        await server.ServerSide("user", "setpassword", name, $"--newpassword={NewPassword}");
        Assert.True(await server.SignsIn(name, NewPassword));
        Assert.True(await server.GetsTicket(name, NewPassword));
        Assert.Equal(Outcome.Already, (await Run(host, StepAction.RestoreAccount, name, snapshot)).Outcome);
        Assert.True(await server.SignsIn(name, NewPassword));
    }

    [Fact]
    public async Task Who_was_disabled_before_comes_back_disabled_and_to_where_the_account_was_before_it_was_moved_aside()
    {
        var (name, _) = await NewAccount();
        await using var host = Host(("disabledOu", SambaDomainController.DisabledDn));
        var disabled = Assert.Single((await Run(host, StepAction.DisableAccount, name)).Snapshots);
        var deleted = Assert.Single((await Run(host, StepAction.DeleteAccount, name)).Snapshots);

        Assert.Equal(Outcome.Changed, (await Run(host, StepAction.RestoreAccount, name, deleted with { Attributes = disabled.Attributes })).Outcome);

        Assert.Equal([$"CN={name},{SambaDomainController.PeopleDn}"], await server.Values(name, "distinguishedName"));
        Assert.Equal(["514"], await server.Values(name, "userAccountControl"));
    }

    [Theory]
    [InlineData("Müller, Ada + \"x\" <y>; z=\\")]
    [InlineData("# first")]
    public async Task A_name_that_means_something_in_a_path_comes_back_as_it_was(string called)
    {
        var name = $"odd-{Interlocked.Increment(ref last)}";
        var escaped = string.Concat(called.Select(c => char.IsAsciiLetterOrDigit(c) || c > 127 ? $"{c}" : $"\\{(int)c:x2}"));
        await server.Add(string.Join('\n', SambaDomainController.Line("dn", $"CN={escaped},{SambaDomainController.PeopleDn}"), "objectClass: user", $"sAMAccountName: {name}", $"mail: {name}@example.test", "userAccountControl: 514"));
        await using var host = Host();
        var deleted = Assert.Single((await Run(host, StepAction.DeleteAccount, name)).Snapshots);

        Assert.Equal(Outcome.Changed, (await Run(host, StepAction.RestoreAccount, name, deleted)).Outcome);

        await using var connector = server.Connect();
        Assert.Contains(called, (await connector.ReadAsync(deleted.AccountId, default))!.OtherNames);
    }

    [Fact]
    public async Task What_somebody_else_deleted_is_left_to_them()
    {
        var (name, dn) = await NewAccount();
        await using var connector = server.Connect();
        var found = Assert.Single(await connector.FindAsync($"{name}@example.test", default));
        var before = (await connector.ReadAsync(found.Id, default))!;
        await server.Modify($"dn: {dn}\nchangetype: delete\n");
        await using var host = Host();

        var restored = await Run(host, StepAction.RestoreAccount, name, before.Snapshot());

        Assert.Equal((Outcome.Rejected, "account-gone"), (restored.Outcome, restored.Code));
        Assert.Empty(await server.Values(name, "cn"));
    }

    [Fact]
    public async Task Groups_that_came_back_with_it_and_are_justified_no_more_are_taken_away()
    {
        var (name, dn) = await NewAccount();
        var stays = await server.AddGroup($"{name}-stays", dn);
        await server.AddGroup($"{name}-goes", dn);
        await using var connector = server.Connect();
        var now = (await connector.ReadAsync(Assert.Single(await connector.FindAsync($"{name}@example.test", default)).Id, default))!;
        var snapshot = now.Snapshot() with { Entitlements = [Assert.Single(now.Entitlements, group => group.Name == stays).Id], Recoverable = true };

        // As a recycle bin gives it back: whole.
        await connector.ActAsync(new ActRequest { Action = StepAction.RestoreAccount, Before = now, Facts = Directories.NoFacts, Snapshot = snapshot }, default);

        Assert.Equal([stays], await server.Values(name, "memberOf"));
    }

    [Fact]
    public async Task Where_its_container_was_deleted_too_somebody_brings_that_back_first()
    {
        var container = $"OU=Gone-{Interlocked.Increment(ref last)},{SambaDomainController.PeopleDn}";
        await server.Add($"dn: {container}\nobjectClass: organizationalUnit");
        var name = $"orphan-{Interlocked.Increment(ref last)}";
        await server.AddAccount(name, container, more: $"mail: {name}@example.test");
        await using var host = Host();
        var deleted = Assert.Single((await Run(host, StepAction.DeleteAccount, name)).Snapshots);
        await server.Modify($"dn: {container}\nchangetype: delete\n");

        var restored = await Run(host, StepAction.RestoreAccount, name, deleted);

        Assert.Equal((Outcome.Rejected, "container-gone"), (restored.Outcome, restored.Code));
    }

    [Fact]
    public async Task Whose_name_was_given_to_somebody_else_meanwhile_is_not_brought_back_beside_them()
    {
        var (name, dn) = await NewAccount();
        await using var host = Host();
        var deleted = Assert.Single((await Run(host, StepAction.DeleteAccount, name)).Snapshots);
        await server.Add($"dn: {dn}\nobjectClass: contact\n");

        var restored = await Run(host, StepAction.RestoreAccount, name, deleted);

        Assert.Equal((Outcome.Rejected, "ldap-68"), (restored.Outcome, restored.Code));
    }

    [Fact]
    public async Task Where_the_bind_dn_does_not_see_deleted_objects_none_is_promised_to_come_back()
    {
        var (name, _) = await NewAccount();
        var other = $"watcher-{Interlocked.Increment(ref last)}";
        var dn = await server.AddAccount(other, container: $"OU=Services,{SambaDomainController.BaseDn}", password: SambaDomainController.ServicePassword);
        await using var connector = server.Connect(settings: ("bindDn", dn));
        await using var usual = server.Connect();

        var state = (await connector.ReadAsync(Assert.Single(await connector.FindAsync($"{name}@example.test", default)).Id, default))!;

        Assert.False(state.KeptWhenDeleted);
        Assert.EndsWith("recycle bin off, deleted objects not seen", (await connector.CheckAsync(default)).Version, StringComparison.Ordinal);
        Assert.EndsWith("recycle bin off, deleted objects seen", (await usual.CheckAsync(default)).Version, StringComparison.Ordinal);
    }

    private Task<StepReport> Run(ConformanceHost host, StepAction action, string name, AccountSnapshot? snapshot = null)
        => host.Run(ConformanceHost.Command(Domains.Settings(server), action, $"{name}@example.test") with { Snapshots = snapshot is null ? [] : [snapshot] });

    private ConformanceHost Host(params (string Key, string Value)[] settings) => new(new ActiveDirectoryKind(), Domains.Settings(server, settings: settings));

    private async Task<(string Name, string Dn)> NewAccount(string called = "deleted")
    {
        var name = $"{called}-{Interlocked.Increment(ref last)}";
        return (name, await server.AddAccount(name, more: SambaDomainController.Line("mail", $"{name}@example.test")));
    }
}
