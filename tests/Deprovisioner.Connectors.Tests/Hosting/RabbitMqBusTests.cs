using System.Text;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;
using RabbitMQ.Client;

namespace Deprovisioner.Connectors.Tests.Hosting;

public sealed class RabbitMqFixture : IAsyncLifetime
{
    public RabbitMqBroker Broker { get; private set; } = null!;

    public async Task InitializeAsync() => Broker = await RabbitMqBroker.StartNew();

    public async Task DisposeAsync() => await Broker.DisposeAsync();
}

/// <summary>The host on a real broker; what must not be lost, and what must not come again for ever.</summary>
public sealed class RabbitMqBusTests(RabbitMqFixture fixture) : IClassFixture<RabbitMqFixture>, IAsyncLifetime
{
    private static readonly string Queue = Transport.CommandQueue(HostOnBus.Settings.Name);
    private readonly HostOnBus host = new();

    private RabbitMqBroker Broker => fixture.Broker;

    [Fact]
    public async Task Commands_come_from_a_quorum_queue_and_are_reported()
    {
        host.System.Add("ada");
        await host.StartOrchestrator(Broker);
        await host.StartConnectors(Broker);

        await host.Send(HostOnBus.Command("ada"), HostOnBus.Command("nobody"));
        await Eventually.True("both reports", () => Task.FromResult(host.Reports.Count == 2));

        Assert.Equal([Outcome.Changed, Outcome.Absent], host.Reports.Select(r => r.Outcome).Order());
        Assert.Contains($"{Queue}\tquorum\ttrue", await Broker.Control("-q", "list_queues", "--no-table-headers", "name", "type", "durable"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_whose_report_nobody_can_take_goes_back_and_is_reported_when_somebody_can()
    {
        host.System.Add("ada");
        await host.StartConnectors(Broker);

        // No orchestrator has ever been here: its queue does not exist, and the broker would drop a report without a word.
        await host.Send(HostOnBus.Command("ada"));
        await Eventually.True("the command to come a second time", () => Task.FromResult(host.System.Calls.Count(c => c.StartsWith("find", StringComparison.Ordinal)) >= 2));
        Assert.Empty(host.Reports);

        await host.StartOrchestrator(Broker);
        await Eventually.True("the report", () => Task.FromResult(!host.Reports.IsEmpty));
        Assert.Equal((Outcome.Already, "already-after-retry"), (host.Reports.First().Outcome, host.Reports.First().Code));
        await Eventually.True("the command to be acknowledged", async () => await Broker.Messages(Queue) == 0);
        Assert.Null(await Broker.Messages($"{Queue}_error"));
    }

    [Fact]
    public async Task A_command_under_way_when_the_host_ends_is_carried_out_by_the_next_one()
    {
        host.System.Add("ada");
        var asked = new TaskCompletionSource();
        host.System.Before = async (_, _, token) =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        };
        await host.StartOrchestrator(Broker);
        await host.StartConnectors(Broker);
        await host.Send(HostOnBus.Command("ada"));
        await asked.Task;

        await host.StopConnectors();
        host.System.Before = (_, _, _) => Task.CompletedTask;
        await host.StartConnectors(Broker);

        await Eventually.True("the report", () => Task.FromResult(!host.Reports.IsEmpty));
        Assert.Equal(Outcome.Changed, host.Reports.First().Outcome);
    }

    [Fact]
    public async Task Commands_survive_the_loss_of_every_connection()
    {
        for (var i = 0; i < 30; i++)
        {
            host.System.Add($"p{i}");
        }

        var gate = new TaskCompletionSource();
        host.System.Before = async (_, _, token) => await gate.Task.WaitAsync(token);
        await host.StartOrchestrator(Broker);
        await host.StartConnectors(Broker);
        for (var i = 0; i < 30; i++)
        {
            await host.Send(HostOnBus.Command($"p{i}"));
        }

        await Eventually.True("some to be under way", () => Task.FromResult(host.System.Calls.Count >= HostOnBus.Settings.Limits.Concurrency));
        await Broker.CloseAllConnections();
        gate.SetResult();

        await Eventually.True("a report of every step", () => Task.FromResult(host.Reports.DistinctBy(r => r.StepId).Count() == 30));
        Assert.All(host.System.Accounts.Values, a => Assert.False(a.Enabled));
    }

    [Fact]
    public async Task A_list_is_asked_for_on_a_queue_of_its_own_that_one_host_reads_and_is_answered()
    {
        host.System.Add("ada");
        await host.StartOrchestrator(Broker);
        await host.StartConnectors(Broker);

        var question = new ListAccounts(HostOnBus.Settings.Name, new ReconciliationId(Guid.CreateVersion7()), 3, null);
        await host.Ask(question);
        await Eventually.True("the answer", () => Task.FromResult(!host.Lists.IsEmpty));

        var listed = host.Lists.First();
        Assert.Equal((question.System, question.ReconciliationId, 3), (listed.System, listed.ReconciliationId, listed.Page));
        Assert.Equal("ada", Assert.Single(listed.Accounts).MatchValue);
        Assert.Contains("x-single-active-consumer", await Broker.Control("-q", "list_queues", "--no-table-headers", "name", "arguments"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_is_parked_and_does_not_come_again_for_ever()
    {
        await host.StartOrchestrator(Broker);
        await host.StartConnectors(Broker);
        await using var connection = await new ConnectionFactory { Uri = Broker.Uri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.BasicPublishAsync(Queue, "", mandatory: true, new BasicProperties { ContentType = "application/vnd.masstransit+json" }, Encoding.UTF8.GetBytes("{nonsense"));

        await Eventually.True("it to be parked", async () => await Broker.Messages($"{Queue}_error") == 1);
        await Eventually.True("it to be gone from where it was", async () => await Broker.Messages(Queue) == 0);
        await Broker.Control("delete_queue", $"{Queue}_error");
    }

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>The broker is shared; its queues are not.</summary>
    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        await Broker.Control("eval", "[rabbit_amqqueue:delete(Q, false, false, <<\"test\">>) || Q <- rabbit_amqqueue:list()].");
    }
}
