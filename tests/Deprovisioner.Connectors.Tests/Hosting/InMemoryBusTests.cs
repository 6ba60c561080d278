using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Hosting;

public sealed class InMemoryBusTests
{
    [Fact]
    public async Task Every_step_of_a_message_is_executed_and_reported_with_all_that_it_carries()
    {
        await using var host = new HostOnBus();
        var accounts = Enumerable.Range(0, 20).Select(i => host.System.Add($"p{i}")).ToList();
        await host.StartInMemory();
        var until = new DateTimeOffset(2026, 11, 21, 18, 0, 0, TimeSpan.Zero);
        host.System.Accounts[accounts[0].Account.Id] = accounts[0] with { ResidualUntil = until };

        var steps = Enumerable.Range(0, 20).Select(i => HostOnBus.Command($"p{i}")).ToArray();
        await host.Send(steps);
        await Eventually.True("all reports", () => Task.FromResult(host.Reports.Count == 20));

        Assert.All(host.Reports, r => Assert.Equal(Outcome.Changed, r.Outcome));
        Assert.Equal(steps.Select(s => s.StepId).ToHashSet(), host.Reports.Select(r => r.StepId).ToHashSet());
        var first = host.Reports.Single(r => r.StepId == steps[0].StepId);
        Assert.Equal(until, first.ResidualUntil);
        Assert.Equal("no", first.Evidence[0].After!["enabled"]);
        Assert.Equal(["g1", "g2"], first.Snapshots[0].Entitlements);
        Assert.All(host.System.Accounts.Values, a => Assert.False(a.Enabled));
    }

    [Fact]
    public async Task A_look_at_the_system_is_answered_with_what_was_found()
    {
        await using var host = new HostOnBus();
        await host.StartInMemory();

        await host.Ask(new CheckSystem(HostOnBus.Settings.Name, 17));
        await Eventually.True("the answer", () => Task.FromResult(!host.Checks.IsEmpty));

        var check = Assert.Single(host.Checks);
        Assert.Equal((HostOnBus.Settings.Name, 17, true), (check.System, check.CheckId, check.Reachable));
    }
}
