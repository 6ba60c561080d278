using System.CommandLine;
using System.Globalization;
using Deprovisioner.Benchmarks.Conventional;
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
        var command = new Command("throughput", "Leaver sagas of ten steps a second, from the HR event on the exchange to the committed completion; and the same with the conventional implementation.");
        options.AddTo(command);
        command.Add(slowDisk);
        command.Add(statements);
        command.Add(only);
        command.SetAction(async (parsed, _) =>
        {
            var servers = new ServerOptions(parsed.GetValue(slowDisk), parsed.GetValue(statements));
            var wanted = parsed.GetValue(only);
            var run = options.Read(parsed);
            Console.WriteLine(Machine.ToText(servers));
            var product = wanted is "conventional" ? null : await Measure(servers, run, conventional: false);
            var conventional = wanted is "product" ? null : await Measure(servers, run with { Sagas = run.ConventionalSagas, WarmUp = run.ConventionalWarmUp, UnderWay = run.ConventionalUnderWay }, conventional: true);
            if (product is not null && conventional is not null)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Deprovisioner does {product.SagasPerSecond / conventional.SagasPerSecond:0.0} times the sagas a second, with {conventional.CpuMsPerSaga / product.CpuMsPerSaga:0.0} times less CPU each."));
            }

            return 0;
        });
        return command;
    }

    /// <summary>One subject on servers of its own.</summary>
    public static async Task<Figures> Measure(ServerOptions options, ThroughputRun run, bool conventional)
    {
        await using var servers = await Servers.Start(options);
        await using var subject = conventional ? (ISubject)await ConventionalSubject.Start(servers) : await Started(await Product.Install(servers, new SimulatedCompany()));
        var figures = await run.Measure(servers, subject);
        Console.WriteLine(figures.ToText());
        return figures;
    }

    private static async Task<Product> Started(Product product)
    {
        await product.StartWorker();
        return product;
    }
}
