using System.Globalization;
using System.Text.RegularExpressions;
using Deprovisioner.Testing;

namespace Deprovisioner.Benchmarks.Measuring;

/// <summary>How many messages the broker has taken since it started.</summary>
internal static partial class BrokerMessages
{
    /// <summary>By the node's own counters. Costs a second of CPU: not to be asked while something is measured.</summary>
    public static async Task<long> Received(RabbitMqBroker broker)
    {
        var printed = await broker.Control("eval", "maps:get(messages_received_total, maps:fold(fun(_, V, A) -> maps:fold(fun(K, N, B) -> maps:update_with(K, fun(O) -> O + N end, N, B) end, A, V) end, #{}, rabbit_global_counters:overview())).");
        return long.Parse(Number().Match(printed).Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
