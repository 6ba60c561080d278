using System.CommandLine;
using System.Globalization;
using Deprovisioner.Benchmarks.Measuring;
using Deprovisioner.Benchmarks.Site;
using Deprovisioner.Testing;
using Npgsql;

namespace Deprovisioner.Benchmarks.Scenarios;

/// <summary>What a saga costs in a young installation and in one with years of finished sagas, in one run.</summary>
internal static class GrowthScenario
{
    /// <summary>Finished sagas unless told.</summary>
    public const int Small = 1_000;

    /// <inheritdoc cref="Small"/>
    public const int Large = 1_000_000;

    /// <summary>Of a saga of the past, each with one audit row.</summary>
    private const int StepsOfASaga = 10;

    /// <summary>Who leaves while plans are printed, which would disturb the measurement.</summary>
    private const int Explained = 50;

    public static Command Create()
    {
        var options = new ThroughputOptions();
        var small = new Option<int>("--small") { Description = "Finished sagas of the young installation.", DefaultValueFactory = _ => Small };
        var large = new Option<int>("--large") { Description = "Finished sagas of the old one, with ten times as many steps and audit rows. A million take about 15 GB.", DefaultValueFactory = _ => Large };
        var plans = new Option<string>("--plans") { Description = "Write the plans of all statements of the old installation to this file." };
        var command = new Command("growth", "CPU, pages and memory for a saga with few and with many finished sagas in the tables; and the plans.");
        options.AddTo(command);
        command.Add(small);
        command.Add(large);
        command.Add(plans);
        command.SetAction(async (parsed, _) =>
        {
            Console.WriteLine(Machine.ToText(new ServerOptions()));
            await Measure(options.Read(parsed), parsed.GetValue(small), parsed.GetValue(large), parsed.GetValue(plans));
            return 0;
        });
        return command;
    }

    /// <summary>Both installations, and how they compare.</summary>
    public static async Task Measure(ThroughputRun run, int small, int large, string? plans)
    {
        var young = await Measure(run, small, null);
        var old = await Measure(run, large, plans);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"CPU a saga: {old.CpuMsPerSaga / young.CpuMsPerSaga:0.00} times that of the young installation."));
    }

    private static async Task<Figures> Measure(ThroughputRun run, int past, string? plans)
    {
        await using var servers = await Servers.Start(new ServerOptions());
        var product = await Product.Install(servers, new SimulatedCompany());
        await using var subject = new GrownProduct(product, past);
        await product.StartWorker();
        await using var database = servers.Open();
        foreach (var statement in FinishedSagas.Sql(past, StepsOfASaga, TimeProvider.System.GetUtcNow()))
        {
            await using var fill = database.CreateCommand(statement);
            fill.CommandTimeout = 0;
            await fill.ExecuteNonQueryAsync();
        }

        var before = await Pages(database);
        var figures = await run.Measure(servers, subject);
        Console.WriteLine(figures.ToText());
        var pages = (await Pages(database) - before) / (double)(run.WarmUp + run.Sagas);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  pages touched a saga, all in all   {pages:N0}\n  worker's memory (MB)              {ProcessTree.Memory(product.Processes[0].Id) / 1e6:N0}\n"));
        if (plans is not null)
        {
            await Explain(servers, product, database, run.WarmUp + run.Sagas, plans);
        }

        return figures;
    }

    /// <summary>A worker that starts now has its plans printed.</summary>
    private static async Task Explain(Servers servers, Product product, NpgsqlDataSource database, int already, string file)
    {
        await product.Stop();
        foreach (var (name, value) in PlanLog.Settings.Where(s => s.Key != "log_line_prefix"))
        {
            await servers.Postgres.Execute($"alter database {Servers.Database} set {name} = {value}");
        }

        await servers.Postgres.Execute($"alter system set log_line_prefix = {PlanLog.Settings["log_line_prefix"]}");
        await servers.Postgres.Execute("select pg_reload_conf()");
        await product.StartWorker();
        await using var hr = await HrPublisher.Connect(servers.Broker.Uri, TimeProvider.System);
        for (var number = 1; number <= already; number++)
        {
            // They have left before.
            hr.PublishedAt[string.Create(CultureInfo.InvariantCulture, $"P{number:0000000}")] = default;
        }

        await hr.Leavers(Explained);
        await Eventually.True(
            "the last ones to complete",
            async () =>
            {
                await using var completed = database.CreateCommand($"select count(*) from sagas where person_id >= 'P' and person_id < 'Q' and status = 'completed'");
                return await completed.ExecuteScalarAsync() is long count && count >= already + Explained;
            },
            TimeSpan.FromMinutes(5));
        await File.WriteAllLinesAsync(file, PlanLog.Read(servers.Postgres).DistinctBy(p => p.Query).OrderByDescending(p => p.Pages).Select(p => $"-- {p.Pages} pages\n{p.Query}\n{p.Plan}"));
    }

    private static async Task<long> Pages(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("select blks_hit + blks_read from pg_stat_database where datname = current_database()");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
