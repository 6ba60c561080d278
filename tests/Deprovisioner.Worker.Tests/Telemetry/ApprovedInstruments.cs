using System.Diagnostics.Metrics;
using Deprovisioner.Testing;

namespace Deprovisioner.Worker.Tests.Telemetry;

/// <summary>The names that dashboards, rules and other people's tools rely on: one line each in <c>Instruments.approved.txt</c>, as Prometheus and as OpenTelemetry have them.</summary>
internal static class ApprovedInstruments
{
    public const string Name = "Instruments";

    /// <summary>By their names in Prometheus, with the type.</summary>
    public static IReadOnlyDictionary<string, string> Types { get; } = Lines().ToDictionary(line => line[0], line => line[1]);

    /// <summary>All series that there can be.</summary>
    public static IReadOnlySet<string> Series { get; } = Types.SelectMany(type => type.Value == "histogram" ? [type.Key + "_bucket", type.Key + "_sum", type.Key + "_count"] : new[] { type.Key }).ToHashSet();

    /// <summary>A label's names by the metric.</summary>
    public static IReadOnlyDictionary<string, string[]> Labels { get; } = Lines().ToDictionary(line => line[0], line => line[3].Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-metadata-1</summary>
    public static string InPrometheus(Instrument instrument)
        => instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "") + (TypeOf(instrument) == "counter" ? "_total" : "");

    public static string TypeOf(Instrument instrument)
        => instrument.GetType().Name switch
        {
            ['C', ..] => "counter",
            ['H', ..] => "histogram",
            _ => "gauge",
        };

    private static IEnumerable<string[]> Lines()
        => File.ReadAllLines(Repository.PathOf("tests", "Deprovisioner.Worker.Tests", "Telemetry", $"{Name}.approved.txt"))
            .Where(line => line.StartsWith("deprovisioner", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries));
}
