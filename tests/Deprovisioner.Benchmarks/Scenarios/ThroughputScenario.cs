using System.CommandLine;
using System.Globalization;
using Deprovisioner.Benchmarks.Measuring;
using Deprovisioner.Benchmarks.Site;

namespace Deprovisioner.Benchmarks.Scenarios;

/// <summary>Leaver sagas of ten steps a second, side by side with a conventional implementation.</summary>
internal static class ThroughputScenario
{
    public static Command Create()
    {
        var options = new ThroughputOptions();
        var slowDisk = new Option<bool>("--slow-disk") { Description = "Each flush of PostgreSQL's log takes 2 ms (commit_delay=2000, commit_siblings=0)." };
        var statements = new Option<bool>("--statements") { Description = "Count SQL statements too (pg_stat_statements), which costs some speed." };
        var only = new Option<string>("--only") { Description = "product or conventional; both unless told." };
        only.AcceptOnlyFromAmong("product", "conventional");
        var guard = new Option<bool>("--guard") { Description = "With a mass guard that lets everybody pass: it counts all who left within its window." };
        var command = new Command("throughput", "Leaver sagas of ten steps a second, from the HR event on the exchange to the committed completion; and the same with the conventional implementation.");
        options.AddTo(command);
        command.Add(slowDisk);
        command.Add(statements);
        command.Add(only);
        command.Add(guard);
        command.SetAction(async (parsed, _) =>
        {
            var servers = new ServerOptions(parsed.GetValue(slowDisk), parsed.GetValue(statements));
            Console.WriteLine(Machine.ToText(servers));
            await SideBySide(servers, options.Read(parsed), parsed.GetValue(only), parsed.GetValue(guard));
            return 0;
        });
        return command;
    }

    /// <summary>Both, each on servers of its own, and how they compare.</summary>
    public static async Task SideBySide(ServerOptions servers, ThroughputRun run, string? only = null, bool guard = false)
    {
        var product = only is "conventional" ? null : await Measure(servers, run, conventional: false, guard);
        var conventional = only is "product" ? null : await Measure(servers, run.Conventional, conventional: true, guard);
        if (product is not null && conventional is not null)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Deprovisioner does {product.SagasPerSecond / conventional.SagasPerSecond:0.0} times the sagas a second, each with {conventional.CpuMsPerSaga / product.CpuMsPerSaga:0.0} times less CPU.\n"));
        }
    }

    private static async Task<Figures> Measure(ServerOptions options, ThroughputRun run, bool conventional, bool guard)
    {
        await using var servers = await Servers.Start(options);
        await using var subject = await Subjects.Start(servers, conventional, guard ? new SimulatedCompany { MoreKeys = "guard: {window: 24h, maxLeavers: 1000000}" } : null);
        var figures = await run.Measure(servers, subject);
        Console.WriteLine(figures.ToText());
        return figures;
    }
}
