using System.CommandLine;
using Deprovisioner.Benchmarks.Conventional;
using Deprovisioner.Benchmarks.Scenarios;
using Deprovisioner.Benchmarks.Site;

namespace Deprovisioner.Benchmarks;

/// <summary>The scenarios. A new one is a file and a line here.</summary>
internal static class ScenarioCatalogue
{
    public static IReadOnlyList<Command> Commands =>
    [
        ThroughputScenario.Create(),
        LatencyScenario.Create(),
        ScaleOutScenario.Create(),
        LayoffScenario.Create(),
        BacklogScenario.Create(),
        GrowthScenario.Create(),
        PagesScenario.Create(),
        IdleScenario.Create(),
        AllScenario.Create(),

        // What this program starts itself as.
        WorkerProcess.Create(),
        ConventionalProcess.Create(),
    ];
}
