using System.Globalization;
using Deprovisioner.Benchmarks.Simulated;
using Deprovisioner.Benchmarks.Site;
using Npgsql;

namespace Deprovisioner.Benchmarks.Measuring;

// Theory of operation. Everybody is dismissed at one moment, and no system takes more than its limits say: so the slowest sets a bound below which nobody can come, and what is above it is ours.
// A system that cannot be reached for a while adds that while to its own bound and to nobody else's. Meanwhile somebody is dismissed urgently every second: what their containment takes beyond the
// systems' own answers is ours too. Where systems fail, the urgent are timed on the others: on those nobody can be contained.

/// <summary>A layoff.</summary>
internal sealed record LayoffRun
{
    /// <summary>What one step asks of a system: find, read, change, read back.</summary>
    private const int CallsAStep = 4;

    /// <summary>Disable the account, then take its entitlements.</summary>
    private const int StepsASystem = 2;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>Who leaves before that: a worker that has just been started runs code that is not compiled well yet.</summary>
    private const int WarmUp = 1_000;

    /// <summary>Servers and worker start, and those of the warm-up have left, within this; the failures are configured before, by the clock.</summary>
    private static readonly TimeSpan StartsAfter = TimeSpan.FromSeconds(90);

    /// <summary>Where nothing is settled for so long, something is wrong.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public required int People { get; init; }

    public required int Systems { get; init; }

    /// <summary>The slowest system's; each further one takes a tenth of it more.</summary>
    public required int PerSecond { get; init; }

    /// <summary>Of each call.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>How long two of the systems cannot be reached; zero: none fails.</summary>
    public required TimeSpan FailingFor { get; init; }

    public async Task<LayoffFigures> Measure(ServerOptions options)
    {
        var clock = TimeProvider.System;
        await using var servers = await Servers.Start(options);
        var start = clock.GetUtcNow() + StartsAfter;
        await using var product = await Product.Install(servers, Company(start));
        await product.StartWorker();
        await using var hr = await HrPublisher.Connect(servers.Broker.Uri, clock);
        await using var database = servers.Open();
        await using var session = await database.OpenConnectionAsync();
        await hr.Leavers(WarmUp);
        while (await Ordinary(session, WarmUp) > 0)
        {
            await Task.Delay(Look, clock);
        }

        if (clock.GetUtcNow() > start)
        {
            throw new InvalidOperationException($"Start and warm-up took more than {StartsAfter.TotalSeconds} s: the failures would not lie amid the work.");
        }

        await Task.Delay(start - clock.GetUtcNow(), clock);
        await hr.Leavers(People);
        var urgent = await DismissUrgently(hr, session, clock);
        return new LayoffFigures(
            await PerSystem(session, start),
            await Contained(session, hr, urgent, start),
            People + urgent.Count,
            await product.Verify(database));
    }

    /// <summary>One a second until the layoff is done.</summary>
    private static async Task<HashSet<string>> DismissUrgently(HrPublisher hr, NpgsqlConnection session, TimeProvider clock)
    {
        var urgent = new HashSet<string>(StringComparer.Ordinal);
        var (before, since) = (-1L, clock.GetTimestamp());
        while (await Ordinary(session, hr.PublishedAt.Count - urgent.Count) is var open && open > 0)
        {
            if (open != before)
            {
                (before, since) = (open, clock.GetTimestamp());
            }
            else if (clock.GetElapsedTime(since) > Patience)
            {
                throw new InvalidOperationException($"{open} sagas are open, and nothing moves.");
            }

            urgent.Add(await hr.Leaver(urgent: true));
            await Task.Delay(2 * Look, clock);
        }

        while (await Number(session, "select count(*) from sagas where status <> 'completed'") > 0)
        {
            await Task.Delay(Look, clock);
        }

        return urgent;
    }

    /// <summary>How many of the layoff are not completed, taken in or not.</summary>
    private static async Task<long> Ordinary(NpgsqlConnection session, int people)
        => people - await Number(session, "select count(*) from sagas where status = 'completed' and not urgent");

    private static async Task<long> Number(NpgsqlConnection session, string sql)
    {
        await using var command = new NpgsqlCommand(sql, session);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The urgent are dismissed until the end: their steps take their share of the limits, but when the last of them is done says nothing.</summary>
    private async Task<IReadOnlyList<SystemFigures>> PerSystem(NpgsqlConnection session, DateTimeOffset start)
    {
        var systems = new List<SystemFigures>();
        await using var command = new NpgsqlCommand("select s.system, count(*), max(s.settled_at) filter (where not g.urgent) from steps s join sagas g using (saga_id) where g.planned_at >= $1 group by 1 order by 1", session);
        command.Parameters.Add(new NpgsqlParameter { Value = start.UtcDateTime });
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            var number = systems.Count + 1;
            systems.Add(new SystemFigures(row.GetString(0), Rate(number), Fails(number), Bound(number, row.GetInt64(1)), new DateTimeOffset(row.GetDateTime(2), TimeSpan.Zero) - start));
        }

        return systems;
    }

    /// <summary>What containing each urgent person took beyond the systems' own answers.</summary>
    private async Task<IReadOnlyList<UrgentFigures>> Contained(NpgsqlConnection session, HrPublisher hr, HashSet<string> urgent, DateTimeOffset start)
    {
        var took = new List<UrgentFigures>();
        await using var command = new NpgsqlCommand("select g.person_id, max(s.settled_at) from sagas g join steps s using (saga_id) where g.urgent and s.stage = 0 and s.system = any($1) group by 1", session);
        command.Parameters.Add(new NpgsqlParameter { Value = Enumerable.Range(1, Systems).Where(i => !Fails(i)).Select(SimulatedCompany.SystemName).ToArray() });
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            var published = hr.PublishedAt[row.GetString(0)];
            took.Add(new UrgentFigures(published - start, new DateTimeOffset(row.GetDateTime(1), TimeSpan.Zero) - published - (CallsAStep * Latency)));
        }

        return took.Count == urgent.Count ? took : throw new InvalidOperationException($"{urgent.Count} people were dismissed urgently, and {took.Count} were contained.");
    }

    private SimulatedCompany Company(DateTimeOffset start)
    {
        // Amid the containment of most, and over before the slowest system is through with it.
        var window = new FailureWindow(start + (Layoff / 5), start + (Layoff / 5) + FailingFor);
        return new()
        {
            Systems = Systems,
            Limits = i => string.Create(CultureInfo.InvariantCulture, $"{{concurrency: 200, perSecond: {Rate(i)}, timeout: 5s, lease: 60s}}"),
            SystemSettings = i => string.Create(CultureInfo.InvariantCulture, $"latency: {Latency.TotalMilliseconds:0}ms") + (Fails(i) ? $", failing: [\"{window}\"]" : ""),
            Stages = """
                      - {name: contain, within: 1h, steps: [{system: "*", action: disable-account}]}
                      - {name: revoke, within: 1d, steps: [{system: "*", action: remove-entitlements}]}
                """,
        };
    }

    /// <summary>What the slowest system needs for everybody.</summary>
    private TimeSpan Layoff => TimeSpan.FromSeconds((double)People * StepsASystem / PerSecond);

    private int Rate(int system) => PerSecond + (PerSecond * (system - 1) / 10);

    /// <summary>One in the middle and the fastest.</summary>
    private bool Fails(int system) => FailingFor > TimeSpan.Zero && (system == Systems / 2 || system == Systems);

    /// <summary>A bucket holds one second's worth at the start, so the limits allow for that much at once.</summary>
    private TimeSpan Bound(int system, long steps) => TimeSpan.FromSeconds(((double)steps / Rate(system)) - 1) + (Fails(system) ? FailingFor : TimeSpan.Zero);
}
