using Deprovisioner.Chaos.Systems;
using Deprovisioner.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Deprovisioner.Chaos.Faults;

/// <summary>What happens to RabbitMQ.</summary>
/// <param name="emptied">Told each time the queues of HR events were emptied or deleted, or may have been.</param>
internal sealed class BrokerFaults(RabbitMqBroker broker, FaultyLink link, IReadOnlyList<string> systems, Action emptied)
{
    /// <summary>Where events are that came, and where those are that were put off.</summary>
    private static readonly string[] HrEvents = ["deprovisioner.hr-events", "deprovisioner.hr-events.backlog"];

    public IReadOnlyList<Fault> All =>
    [
        new("RabbitMQ killed and started", () => broker.Stop(crash: true), broker.Start, 0, 3),
        new("RabbitMQ stopped in order and started", () => broker.Stop(), broker.Start, 0, 2),
        new("RabbitMQ: all queues emptied", () => EachQueue((channel, queue) => channel.QueuePurgeAsync(queue)), Nothing, 0, 1),
        new("RabbitMQ: all queues deleted", () => EachQueue((channel, queue) => channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false)), Nothing, 0, 1),
        Fault.Of("RabbitMQ: all connections cut", 0, 1, link.Cut, () => { }),
        Fault.Of("RabbitMQ silent: connections stay, and nothing passes", 2, 8, () => link.Set(LinkFault.Silent), () => link.Set(LinkFault.None)),
    ];

    /// <summary>HR events that wait for somebody to take them. Those that a worker has and did not acknowledge are not among them.</summary>
    public async Task<uint> Waiting()
    {
        await using var connection = await Connect();
        await using var channel = await connection.CreateChannelAsync();
        return await channel.MessageCountAsync(HrEvents[0]) + await channel.MessageCountAsync(HrEvents[1]);
    }

    /// <summary>HR events in the queues, those under way to a worker included; takes some seconds.</summary>
    public async Task<int?> WaitingOrUnderWay() => await broker.Messages(HrEvents[0]) + await broker.Messages(HrEvents[1]);

    private static Task Nothing() => Task.CompletedTask;

    private Task<IConnection> Connect()
        => new ConnectionFactory { Uri = broker.Uri, AutomaticRecoveryEnabled = false, RequestedConnectionTimeout = TimeSpan.FromSeconds(10), ContinuationTimeout = TimeSpan.FromSeconds(10) }.CreateConnectionAsync();

    private async Task EachQueue(Func<IChannel, string, Task<uint>> act)
    {
        await using var connection = await Connect();
        foreach (var queue in systems.SelectMany(system => new[] { $"deprovisioner.system.{system}", $"deprovisioner.system.{system}.lists" }).Append("deprovisioner.step-reports").Concat(HrEvents))
        {
            // A queue that is not there, since it was deleted and nobody has declared it again, closes the channel.
            await using var channel = await connection.CreateChannelAsync();
            try
            {
                await act(channel, queue);
            }
            catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
            }
            finally
            {
                emptied();
            }
        }
    }
}
