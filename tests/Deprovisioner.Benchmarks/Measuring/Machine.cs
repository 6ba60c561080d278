using System.Globalization;
using Deprovisioner.Benchmarks.Site;

namespace Deprovisioner.Benchmarks.Measuring;

/// <summary>Where and how it is measured.</summary>
internal static class Machine
{
    public static string ToText(ServerOptions options)
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        var settings = string.Join(", ", Servers.Settings(options).Select(s => $"{s.Key}={s.Value}"));
        return string.Create(CultureInfo.InvariantCulture, $"""
            {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores, {model}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, load before {load}, .NET {Environment.Version}
            PostgreSQL: fsync=on, synchronous_commit=on, full_page_writes=on, {settings}. RabbitMQ: quorum queues, persistent messages, publisher confirms, one node.

            """);
    }
}
