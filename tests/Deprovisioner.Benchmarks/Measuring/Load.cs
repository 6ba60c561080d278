using Deprovisioner.Benchmarks.Site;
using Npgsql;

namespace Deprovisioner.Benchmarks.Measuring;

/// <summary>Keeps a subject busy with leavers, and looks at what became of them.</summary>
internal sealed class Load(ISubject subject, HrPublisher hr, NpgsqlConnection session, TimeProvider clock)
{
    /// <summary>Counting costs PostgreSQL time, so not more often than a queue needs that never runs empty.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>A completion that does not come is told after this, and not waited for without end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Publishes so many more leavers, with about so many under way at any time: a queue that runs empty would measure the generator, one that grows the queue.</summary>
    public async Task Publish(int count, int underWay)
    {
        var until = hr.PublishedAt.Count + count;
        while (hr.PublishedAt.Count < until)
        {
            var room = underWay - (hr.PublishedAt.Count - await Count(subject.Taken)) - await Count(subject.OpenSagas);
            if (room > 0)
            {
                await hr.Leavers((int)Math.Min(room, until - hr.PublishedAt.Count));
            }

            await Task.Delay(Look, clock);
        }
    }

    /// <summary>Publishes so many leavers a second, one by one, whatever becomes of them.</summary>
    public async Task Paced(int perSecond, TimeSpan span)
    {
        var since = clock.GetTimestamp();
        for (var i = 0; i < perSecond * span.TotalSeconds; i++)
        {
            var wait = TimeSpan.FromSeconds(i / (double)perSecond) - clock.GetElapsedTime(since);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, clock);
            }

            await hr.Leaver();
        }
    }

    /// <summary>Waits until everybody who was published is completed.</summary>
    public async Task Drain()
    {
        var since = clock.GetTimestamp();
        var before = long.MaxValue;
        while (await Count(subject.AllSagas) < hr.PublishedAt.Count || await Count(subject.OpenSagas) > 0)
        {
            var open = await Count(subject.OpenSagas);
            if (open != before)
            {
                (before, since) = (open, clock.GetTimestamp());
            }
            else if (clock.GetElapsedTime(since) > Patience)
            {
                throw new InvalidOperationException(
                    $"{subject.Name}: {await Count(subject.AllSagas)} sagas for {hr.PublishedAt.Count} leavers, {open} of them open, and nothing moves.\n{string.Join('\n', subject.Processes.Select(p => p.Output[^Math.Min(p.Output.Length, 4000)..]))}");
            }

            await Task.Delay(Look, clock);
        }
    }

    /// <summary>When each person's completion was committed.</summary>
    public Task<Dictionary<string, DateTimeOffset>> Completions() => Committed(subject.Completions);

    /// <summary>When the decision about each person was committed; null where the subject does not tell.</summary>
    public async Task<Dictionary<string, DateTimeOffset>?> Decisions() => subject.Decisions is { } sql ? await Committed(sql) : null;

    private async Task<Dictionary<string, DateTimeOffset>> Committed(string sql)
    {
        var completions = new Dictionary<string, DateTimeOffset>();
        await using var command = new NpgsqlCommand(sql, session);
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            completions.Add(row.GetString(0), new DateTimeOffset(row.GetDateTime(1), TimeSpan.Zero));
        }

        return completions;
    }

    /// <summary>How often it has asked: PostgreSQL counts each question as a commit.</summary>
    public long Asked { get; private set; }

    private async Task<long> Count(string sql)
    {
        Asked++;
        await using var command = new NpgsqlCommand(sql, session);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
