using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Redis;

/// <summary>Nodes do not tell each other of users: an account is as open as it is on the most open of them.</summary>
public sealed class When_redis_has_several_nodes : IAsyncLifetime
{
    private readonly List<RedisServer> nodes = [];

    private SystemSettings Settings => RedisTarget.With(nodes.Select(node => node.Address));

    public async Task InitializeAsync()
    {
        nodes.AddRange(await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RedisServer.StartNew())));
        await nodes[0].Run("ACL", "SETUSER", "ada", "off", ">p", "~a", "+get");
        await nodes[2].Run("ACL", "SETUSER", "ada", "on", ">p", "~c", "+get", "+blpop", "~nothing", "+acl|whoami");
    }

    public async Task DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_account_is_acted_on_wherever_it_is_and_restored_on_each_node_as_it_was_there()
    {
        var before = await Lines();
        using var session = await nodes[2].Session("ada", "p");
        var state = (await Settings.Read("ada"))!;
        Assert.True(state is { Enabled: true, LiveSessions: 1, Credentials: 2 });
        Assert.Equal(["+acl|whoami", "+blpop", "+get", "~a", "~c", "~nothing"], state.Entitlements.Select(e => e.Id));

        var disabled = await Settings.Run(StepAction.DisableAccount, "ada");
        Assert.Equal((Outcome.Changed, null), disabled.Ending());
        Assert.Equal((Outcome.Changed, null), (await Settings.Run(StepAction.RevokeSessions, "ada")).Ending());
        Assert.Equal((Outcome.Changed, null), (await Settings.Run(StepAction.RemoveEntitlements, "ada")).Ending());
        Assert.False(await nodes[2].LetsIn("ada", "p"));
        Assert.Equal((Outcome.Changed, null), (await Settings.Run(StepAction.RestoreAccount, "ada", snapshots: disabled.Snapshots)).Ending());
        Assert.Equal(before, await Lines());

        Assert.Equal((Outcome.Changed, null), (await Settings.Run(StepAction.DeleteAccount, "ada")).Ending());
        Assert.Equal([null, null, null], await Lines());
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_a_fault_and_keeps_the_others_from_nothing()
    {
        await using var connector = Settings.Open();
        var before = (await connector.ReadAsync("ada", default))!;
        nodes[0].Stop();

        var found = await Assert.ThrowsAsync<SystemFaultException>(() => connector.FindAsync("nobody", default));
        var acted = await Assert.ThrowsAsync<SystemFaultException>(() => connector.ActAsync(new ActRequest { Action = StepAction.DisableAccount, Before = before, Facts = new Dictionary<string, string>() }, default));

        Assert.Contains(nodes[0].Address, found.Fault.Message, StringComparison.Ordinal);
        Assert.True(acted.Fault.Outcome is Outcome.Transient or Outcome.Indeterminate);
        Assert.False(await nodes[2].LetsIn("ada", "p"));
        Assert.Equal((Outcome.Transient, Fault.Unreachable), (await Settings.Run(StepAction.DisableAccount, "ada")).Ending());
    }

    [Fact]
    public async Task A_replica_that_is_not_listed_is_found_by_the_check()
    {
        await using var replica = await RedisServer.StartNew(options: ["--replicaof", "127.0.0.1", $"{nodes[0].Port}", "--masterauth", RedisServer.Password]);
        await Eventually.True("the replica", async () => (await nodes[0].Run("INFO", "replication")).Contains("connected_slaves:1", StringComparison.Ordinal));

        Assert.False((await Finding([nodes[0]])).Ok);
        Assert.False((await Finding([replica])).Ok);
        Assert.True((await Finding([nodes[0], replica])).Ok);
    }

    private static async Task<CheckFinding> Finding(IEnumerable<RedisServer> listed)
    {
        await using var host = RedisUsers.Host(RedisTarget.With(listed.Select(node => node.Address)));
        return (await host.Check()).Findings.Single(f => f.Subject == "every node is listed");
    }

    private async Task<IReadOnlyList<string?>> Lines() => await Task.WhenAll(nodes.Select(node => node.Line("ada")));
}
