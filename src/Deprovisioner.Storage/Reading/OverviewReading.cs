using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Reading;

/// <summary>The installation at a glance: counted from what is open, however much is over.</summary>
internal sealed class OverviewReading(NpgsqlDataSource database, SystemReading systems, ReplayReading replays, TimeProvider clock)
{
    private const int Days = 14;

    /// <summary>
    /// Each number by a partial index of its own. Messages in quarantine have none by time: numbers rise with it, so the last one that is too old is looked for from the end.
    /// </summary>
    private const string Counts =
        """
        select
            (select count(*) from sagas where status = 'scheduled'),
            (select count(*) from sagas where status = 'running'),
            (select count(*) from sagas where status = 'needs-attention'),
            (select count(*) from sagas where status = 'held'),
            (select count(*) from sagas where status <> 'completed' and status <> 'cancelled' and jsonb_path_exists(stages, '$[*].deadlineMissedAt ? (@ != null)')),
            (select count(*) from steps s where s.status = 'failed' and (select g.status from sagas g where g.saga_id = s.saga_id) <> 'cancelled'),
            (select count(*) from steps where status = 'open-task' and task_due_at <= $1),
            (select count(*) from quarantine where quarantine_id > coalesce((select quarantine_id from quarantine where received_at <= $2 order by quarantine_id desc limit 1), 0)),
            (select count(*) from sagas where status = 'held' and holds @> '[{"reason": "guard"}]'),
            (select count(*) from sagas where status = 'held' and holds @> '[{"reason": "protected"}]'),
            (select count(*) from sagas where status = 'held' and holds @> '[{"reason": "drift"}]'),
            (select count(*) from sagas where status = 'held' and holds = '[]'),
            (select count(*) from inbox where verdict = 'held' and dismissed_at is null),
            (select received_at from inbox order by inbox_id desc limit 1)
        """;

    /// <summary>As the metrics count it: from the effective time, or from when it was planned where HR told of it later. A range with two ends: by one alone the planner expects a third of all that ever left, and reads the table.</summary>
    private const string Containment =
        """
        select (contained_at at time zone 'UTC')::date, urgent, count(*),
            percentile_disc(0.5) within group (order by contained_at - greatest(effective_at, planned_at)),
            percentile_disc(0.95) within group (order by contained_at - greatest(effective_at, planned_at))
        from sagas where kind = 'leaver' and contained_at is not null and contained_at >= $1 and contained_at <= $2 group by 1, 2
        """;

    public async Task<Overview> Read(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var counts = (await database.Rows(Counts, row => new Numbers(row), cancellationToken, Sql.Time(now), Sql.Time(now.AddDays(-1))))[0];
        var shut = (await systems.List(cancellationToken)).Where(system => system.State != "open").ToList();
        return new(now, counts.Sagas, counts.FailedSteps, counts.Holds, counts.OverdueTasks, counts.Quarantined, shut, await Contained(now, cancellationToken), await replays.UnderWay(cancellationToken), counts.LastEventAt);
    }

    private async Task<IReadOnlyList<ContainmentDay>> Contained(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var first = DateOnly.FromDateTime(now.UtcDateTime).AddDays(1 - Days);
        var rows = await database.Rows(
            Containment, row => (Day: row.GetFieldValue<DateOnly>(0), Urgent: row.GetBoolean(1), Times: new ContainmentTimes((int)row.GetInt64(2), row.GetTimeSpan(3), row.GetTimeSpan(4))), cancellationToken,
            Sql.Time(new DateTimeOffset(first.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)), Sql.Time(now));
        var times = rows.ToDictionary(row => (row.Day, row.Urgent), row => row.Times);
        return [.. Enumerable.Range(0, Days).Select(first.AddDays).Select(day => new ContainmentDay(day, times.GetValueOrDefault((day, false)), times.GetValueOrDefault((day, true))))];
    }

    /// <summary>The one row of <see cref="Counts"/>.</summary>
    private sealed class Numbers(NpgsqlDataReader row)
    {
        public SagaCounts Sagas { get; } = new(At(row, 0), At(row, 1), At(row, 2), At(row, 3), At(row, 4));

        public int FailedSteps { get; } = At(row, 5);

        public int OverdueTasks { get; } = At(row, 6);

        public int Quarantined { get; } = At(row, 7);

        public HoldCounts Holds { get; } = new(At(row, 8), At(row, 9), At(row, 10), At(row, 11), At(row, 12));

        public DateTimeOffset? LastEventAt { get; } = row.TimeOrNull(13);

        private static int At(NpgsqlDataReader row, int column) => (int)row.GetInt64(column);
    }
}
