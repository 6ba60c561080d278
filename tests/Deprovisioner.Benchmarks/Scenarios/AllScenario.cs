using System.CommandLine;
using System.Globalization;
using Deprovisioner.Benchmarks.Measuring;
using Deprovisioner.Benchmarks.Site;

namespace Deprovisioner.Benchmarks.Scenarios;

/// <summary>Every figure of the README.</summary>
internal static class AllScenario
{
    /// <summary>Statements are counted in a run of their own: counting costs speed.</summary>
    private const int CountedSagas = 5_000;

    public static Command Create()
    {
        var options = new ThroughputOptions();
        var plans = new Option<string>("--plans") { Description = "Write the plans of the old installation's statements (scenario growth) to this file." };
        var command = new Command("all", "Every scenario, one after the other, each as it is measured unless told otherwise: every figure of the README. Takes an hour and a half, and 30 GB for a while.");
        options.AddTo(command);
        command.Add(plans);
        command.SetAction(async (parsed, cancellationToken) => await Measure(Parts(options.Read(parsed), parsed.GetValue(plans), cancellationToken)));
        return command;
    }

    private static IReadOnlyList<(string Name, ServerOptions Servers, Func<Task> Measure)> Parts(ThroughputRun run, string? plans, CancellationToken cancellationToken)
    {
        var usual = new ServerOptions();
        var counting = new ServerOptions(CountStatements: true);
        var slow = new ServerOptions(SlowDisk: true);
        return
        [
            ("throughput", usual, () => ThroughputScenario.SideBySide(usual, run)),
            ("throughput --slow-disk", slow, () => ThroughputScenario.SideBySide(slow, run)),
            ("throughput --statements", counting, () => ThroughputScenario.SideBySide(counting, run with { Sagas = CountedSagas, ConventionalSagas = CountedSagas / 5 })),
            ("latency", usual, () => LatencyScenario.SideBySide(usual, run)),
            ("layoff", usual, () => LayoffScenario.Measure(LayoffScenario.Usual)),
            ("backlog", usual, () => BacklogScenario.Measure(BacklogScenario.Events, workerDown: false)),
            ("growth", usual, () => GrowthScenario.Measure(run, GrowthScenario.Small, GrowthScenario.Large, plans)),
            ("pages", usual, () => PagesScenario.Measure(PagesScenario.Usual)),
            ("idle", counting, () => IdleScenario.Measure(IdleScenario.Usual, cancellationToken)),
            ("scale-out", usual, () => ScaleOutScenario.Measure(run, ScaleOutScenario.Usual)),
        ];
    }

    /// <summary>One that fails takes nothing from the others, which took an hour.</summary>
    private static async Task<int> Measure(IReadOnlyList<(string Name, ServerOptions Servers, Func<Task> Measure)> parts)
    {
        var failed = new List<string>();
        foreach (var (number, part) in parts.Index())
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"== {part.Name} ({number + 1} of {parts.Count})"));
            Console.WriteLine(Machine.ToText(part.Servers));
            try
            {
                await part.Measure();
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                Console.WriteLine($"{part.Name} failed: {error}");
                failed.Add(part.Name);
            }

            Console.WriteLine();
        }

        Console.WriteLine(failed.Count == 0 ? "Each scenario was measured." : $"Not measured, see above: {string.Join(", ", failed)}.");
        return failed.Count == 0 ? 0 : 1;
    }
}
