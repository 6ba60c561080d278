using System.Text.RegularExpressions;
using Deprovisioner.Testing;

namespace Deprovisioner.Chaos.Faults;

/// <summary>What happens to RabbitMQ. Whoever empties it says how many HR events were in it.</summary>
internal sealed partial class BrokerFaults(RabbitMqBroker broker)
{
    private int eventsEmptied;

    /// <summary>HR events that were in the queue when it was emptied or deleted, in all.</summary>
    public int EventsEmptied => eventsEmptied;

    public IReadOnlyList<Fault> All =>
    [
        new("RabbitMQ killed and started", () => broker.Stop(crash: true), broker.Start, 0, 3),
        new("RabbitMQ stopped in order and started", () => broker.Stop(), broker.Start, 0, 2),
        new("RabbitMQ: all queues emptied", () => Empty("[{element(4, amqqueue:get_name(Q)), rabbit_amqqueue:purge(Q)} || Q <- rabbit_amqqueue:list()]."), Nothing, 0, 1),
        new("RabbitMQ: all queues deleted", () => Empty("[{element(4, amqqueue:get_name(Q)), rabbit_amqqueue:delete(Q, false, false, <<\"chaos\">>)} || Q <- rabbit_amqqueue:list()]."), Nothing, 0, 1),
        new("RabbitMQ: all connections closed", broker.CloseAllConnections, Nothing, 0, 1),
    ];

    private static Task Nothing() => Task.CompletedTask;

    private async Task Empty(string expression)
    {
        var answer = await broker.Control("eval", expression);
        foreach (Match events in CountOfEvents().Matches(answer))
        {
            Interlocked.Add(ref eventsEmptied, int.Parse(events.Groups["count"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [GeneratedRegex("""<<"deprovisioner\.hr-events">>,\s*\{ok,\s*(?<count>\d+)\}""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CountOfEvents();
}
