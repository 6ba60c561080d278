using System.CommandLine;
using System.Globalization;
using Deprovisioner.Benchmarks.Measuring;
using Deprovisioner.Benchmarks.Site;
using Deprovisioner.Worker.Settings;

namespace Deprovisioner.Benchmarks.Scenarios;

/// <summary>One, two and four orchestrator processes against one database, with one connector host, whose systems count what is done to them.</summary>
internal static class ScaleOutScenario
{
    private const int Systems = 10;

    /// <summary>How many orchestrators, one run after the other, unless told.</summary>
    public static int[] Usual { get; } = [1, 2, 4];

    public static Command Create()
    {
        var options = new ThroughputOptions();
        var orchestrators = new Option<int[]>("--orchestrators") { Description = "How many, one after the other.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => Usual };
        var command = new Command("scale-out", "The same work with 1, 2 and 4 orchestrator processes: nothing lost, nothing done twice, and what is gained.");
        options.AddTo(command);
        command.Add(orchestrators);
        command.SetAction(async (parsed, _) =>
        {
            Console.WriteLine(Machine.ToText(new ServerOptions()));
            await Measure(options.Read(parsed), parsed.GetValue(orchestrators)!);
            return 0;
        });
        return command;
    }

    public static async Task Measure(ThroughputRun run, IReadOnlyList<int> orchestrators)
    {
        foreach (var count in orchestrators)
        {
            await Measure(run, count);
        }
    }

    private static async Task Measure(ThroughputRun run, int orchestrators)
    {
        await using var servers = await Servers.Start(new ServerOptions());
        await using var product = await Product.Install(servers, new SimulatedCompany { Systems = Systems });
        for (var i = 0; i < orchestrators; i++)
        {
            await product.StartWorker(ProcessSettings.Orchestrator);
        }

        await product.StartWorker(ProcessSettings.Connectors);
        var figures = await run.Measure(servers, product);
        var counts = await product.Stop();
        var wanted = (long)(run.WarmUp + run.Sagas) * Systems;
        if (counts.Acts != wanted || counts.InVain != 0)
        {
            throw new InvalidOperationException($"{wanted} changes were wanted; {counts.Acts} were made, and {counts.InVain} were asked for again.");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{orchestrators} orchestrators, 1 connector host: {counts.Acts} changes for {run.WarmUp + run.Sagas} leavers, none missing, none twice"));
        Console.WriteLine(figures.ToText());
    }
}
