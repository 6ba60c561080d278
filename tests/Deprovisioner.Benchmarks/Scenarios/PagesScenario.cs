using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Deprovisioner.Benchmarks.Measuring;
using Deprovisioner.Benchmarks.Site;
using Deprovisioner.Testing;
using Npgsql;

namespace Deprovisioner.Benchmarks.Scenarios;

/// <summary>How long the console takes for each page, in an installation with hardly anything in it and in one with years of finished sagas.</summary>
internal static class PagesScenario
{
    private const int Few = 100;
    private const int FewInTrouble = 30;
    private const int WarmUp = 3;

    /// <summary>As many as somebody may find after a bad night, out of those of the past.</summary>
    private static readonly string[] Trouble =
    [
        "create temporary table troubled as select saga_id, row_number() over () as n from (select saga_id from sagas where status = 'completed' order by planned_at desc limit MOST) last",
        "update sagas set status = case when n % 3 = 0 then 'held' when n % 3 = 1 then 'needs-attention' else 'running' end, completed_at = null, "
            + "holds = case when n % 3 = 0 then jsonb_build_array(jsonb_build_object('reason', 'guard', 'detail', 'There are too many.', 'since', planned_at)) else '[]' end from troubled t where t.saga_id = sagas.saga_id",
        "update steps set status = 'failed', outcome = 'rejected', code = 'ldap-53', message = 'The server refused (result 53: operation restricted).' from troubled t where t.saga_id = steps.saga_id and n % 3 = 1 and ordinal = 0",
        "update steps set status = 'open-task', action = 'manual-task', outcome = null, settled_at = null from troubled t where t.saga_id = steps.saga_id and n % 3 = 2 and ordinal = 0",
        "vacuum analyze sagas", "vacuum analyze steps",
    ];

    /// <summary>What is measured unless told.</summary>
    public static PagesRun Usual { get; } = new(Sagas: 1_000_000, Steps: 10, Trouble: 3_000, Times: 20);

    public static Command Create()
    {
        var sagas = new Option<int>("--sagas") { Description = "Finished sagas of the old installation.", DefaultValueFactory = _ => Usual.Sagas };
        var steps = new Option<int>("--steps") { Description = "Steps and audit rows of each. A million sagas of ten steps take about 15 GB.", DefaultValueFactory = _ => Usual.Steps };
        var trouble = new Option<int>("--trouble") { Description = "How many of them are held, failed or wait for a person, a third each.", DefaultValueFactory = _ => Usual.Trouble };
        var times = new Option<int>("--times") { Description = "How often each page is asked for.", DefaultValueFactory = _ => Usual.Times };
        var command = new Command("pages", "Time for each page of the console with few and with many sagas in the tables.") { sagas, steps, trouble, times };
        command.SetAction(async (parsed, _) =>
        {
            Console.WriteLine(Machine.ToText(new ServerOptions()));
            await Measure(new PagesRun(parsed.GetValue(sagas), parsed.GetValue(steps), parsed.GetValue(trouble), parsed.GetValue(times)));
            return 0;
        });
        return command;
    }

    /// <summary>Both installations, and how they compare.</summary>
    public static async Task Measure(PagesRun run)
    {
        var young = await Measured(run with { Sagas = Few, Trouble = FewInTrouble });
        var old = await Measured(run);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"milliseconds: median, highest",-44} {$"{Few:N0} sagas",18} {$"{run.Sagas:N0} sagas",18}  ratio of medians"));
        foreach (var (page, few) in young)
        {
            var many = old[page];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{page,-44} {few.At(0.5).TotalMilliseconds,9:0} {few.At(1).TotalMilliseconds,8:0} {many.At(0.5).TotalMilliseconds,9:0} {many.At(1).TotalMilliseconds,8:0}  {many.At(0.5) / few.At(0.5),6:0.0}"));
        }
    }

    private static async Task<IReadOnlyDictionary<string, Percentiles>> Measured(PagesRun run)
    {
        await using var servers = await Servers.Start(new ServerOptions());
        await using var product = await Product.Install(servers, new SimulatedCompany());
        await product.StartWorker();

        // It has taken up the configuration, and would go to work on what is made up below.
        await product.Stop();
        await using var database = servers.Open();
        await Fill(database, run);

        var url = new Uri($"http://127.0.0.1:{LoopbackPort.Free()}");
        using var console = ServerProcess.Start(Path.Combine(AppContext.BaseDirectory, "deprovisioner-console"), [], new Dictionary<string, string?>
        {
            ["ConnectionStrings__Deprovisioner"] = servers.ConnectionString,
            ["ASPNETCORE_URLS"] = url.GetLeftPart(UriPartial.Authority),
            ["Deprovisioner__Console__Local"] = "true",
        });
        using var http = new HttpClient { BaseAddress = url };
        await Eventually.True("the console to be ready", async () => (await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative))).IsSuccessStatusCode, TimeSpan.FromSeconds(60));
        var measured = new Dictionary<string, Percentiles>();
        foreach (var (name, path) in await Pages(database, run.Sagas))
        {
            measured[name] = new Percentiles(await Ask(http, path, run.Times));
        }

        return measured;
    }

    private static async Task<IReadOnlyList<TimeSpan>> Ask(HttpClient http, string path, int times)
    {
        var spans = new List<TimeSpan>();
        for (var i = 0; i < WarmUp + times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
            if (!answer.IsSuccessStatusCode)
            {
                throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }

            await answer.Content.ReadAsByteArrayAsync();
            if (i >= WarmUp)
            {
                spans.Add(Stopwatch.GetElapsedTime(began));
            }
        }

        return spans;
    }

    private static async Task<IReadOnlyList<(string Name, string Path)>> Pages(NpgsqlDataSource database, int sagas)
    {
        var person = string.Create(CultureInfo.InvariantCulture, $"past-{sagas / 2}");
        var today = TimeProvider.System.GetUtcNow();
        return
        [
            ("Now", "/"),
            ("Sagas", "/sagas"),
            ("Sagas, of a person", $"/sagas?person={person}"),
            ("Sagas, those that need attention", "/sagas?status=needs-attention"),
            ("Sagas, late ones", "/sagas?late=true"),
            ("Sagas, of a system and a policy", "/sagas?system=system-05&policy=leaver"),
            ("Sagas, of a month two years ago", $"/sagas?from={today.AddYears(-2):yyyy-MM-dd}&until={today.AddYears(-2).AddDays(30):yyyy-MM-dd}"),
            ("Saga", $"/sagas/{await Scalar<Guid>(database, $"select saga_id from sagas where person_id = '{person}'")}"),
            ("Attention", "/attention"),
            ("Attention, one cause", "/attention?system=system-01&action=disable-account&code=ldap-53"),
            ("Holds", "/holds"),
            ("Systems", "/systems"),
            ("People, found by a name", $"/people?search={person}"),
            ("People, found by a common word", "/people?search=example.test"),
            ("Person", $"/people/{person}"),
            ("Events", "/events"),
            ("Event", $"/events/{await Scalar<long>(database, "select min(inbox_id) from inbox")}"),
            ("Quarantine", "/events?quarantine=true"),
            ("Audit", "/audit"),
            ("Audit, of a person", $"/audit?person={person}"),
            ("Audit, of a kind", "/audit?type=step-reported"),
            ("Reports, the last thirty days", "/reports"),
            ("Reports, a month two years ago", $"/reports?from={today.AddYears(-2):yyyy-MM-dd}&until={today.AddYears(-2).AddDays(30):yyyy-MM-dd}"),
            ("Reports, a year", $"/reports?from={today.AddYears(-2):yyyy-MM-dd}&until={today.AddYears(-1):yyyy-MM-dd}"),
        ];
    }

    private static async Task Fill(NpgsqlDataSource database, PagesRun run)
    {
        await using var session = await database.OpenConnectionAsync();
        foreach (var statement in FinishedSagas.Sql(run.Sagas, run.Steps, TimeProvider.System.GetUtcNow()).Concat(Trouble.Select(sql => sql.Replace("MOST", run.Trouble.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))))
        {
            await using var fill = new NpgsqlCommand(statement, session) { CommandTimeout = 0 };
            await fill.ExecuteNonQueryAsync();
        }
    }

    private static async Task<T> Scalar<T>(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}

/// <param name="Sagas">Finished ones of the old installation.</param>
/// <param name="Steps">And audit rows, of each.</param>
/// <param name="Trouble">How many of them are held, failed or wait for a person.</param>
/// <param name="Times">How often each page is asked for.</param>
internal sealed record PagesRun(int Sagas, int Steps, int Trouble, int Times);
