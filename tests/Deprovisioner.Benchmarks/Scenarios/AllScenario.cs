using System.CommandLine;
using Deprovisioner.Benchmarks.Measuring;
using Deprovisioner.Benchmarks.Site;

namespace Deprovisioner.Benchmarks.Scenarios;

/// <summary>The whole table of the README.</summary>
internal static class AllScenario
{
    /// <summary>Statements are counted in a run of their own: counting costs speed.</summary>
    private const int CountedSagas = 5_000;

    public static Command Create()
    {
        var options = new ThroughputOptions();
        var command = new Command("all", "Every figure of the README's table, one after the other: throughput, the same on a slow disk, statements counted, latency, scale-out. Takes half an hour.");
        options.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var run = options.Read(parsed);
            Console.WriteLine("== Throughput");
            await ThroughputScenario.SideBySide(new ServerOptions(), run);
            Console.WriteLine("== Throughput, slow disk");
            await ThroughputScenario.SideBySide(new ServerOptions(SlowDisk: true), run);
            Console.WriteLine("== Statements");
            await ThroughputScenario.SideBySide(new ServerOptions(CountStatements: true), run with { Sagas = CountedSagas, ConventionalSagas = CountedSagas / 5 });
            Console.WriteLine("== Latency");
            Console.WriteLine(Machine.ToText(new ServerOptions()));
            await LatencyScenario.Measure(new ServerOptions(), run, perSecond: 10, TimeSpan.FromMinutes(1), conventional: false);
            await LatencyScenario.Measure(new ServerOptions(), run.Conventional, perSecond: 10, TimeSpan.FromMinutes(1), conventional: true);
            Console.WriteLine("== Scale-out");
            Console.WriteLine(Machine.ToText(new ServerOptions()));
            foreach (var orchestrators in (int[])[1, 2, 4])
            {
                await ScaleOutScenario.Measure(run, orchestrators);
            }

            return 0;
        });
        return command;
    }
}
