using System.Data;
using Deprovisioner.Core.Audit;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Reading;

/// <summary>
/// The state of the installation in numbers, for whoever monitors it. A handful of statements in one round trip, each on the partial index of what is open: what they cost follows from the work at hand, and not from the years of
/// sagas that are kept. Ages are in seconds, and 0 where nothing waits. Nobody is named.
/// </summary>
public sealed class InstallationGauges(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>A monitor that waits longer takes the installation for gone anyway.</summary>
    private const int MostSeconds = 5;

    /// <summary>Correlated scalars, not joins: each is a range of one index, also before the tables are analysed.</summary>
    private const string Systems =
        """
        select s.system, case when s.paused_by is not null then 'paused' else s.gate end,
            (select count(*) from steps d where d.system = s.system and d.status = 'due' and d.due_at <= $1),
            (select count(*) from steps d where d.system = s.system and d.status = 'in-flight'),
            (select count(*) from steps d where d.system = s.system and d.status = 'failed'),
            (select d.due_at from steps d where d.system = s.system and d.status = 'due' and d.due_at <= $1 order by d.due_at limit 1)
        from systems s where s.configured order by s.system
        """;

    private const string Sagas =
        """
        select v.status, (select count(*) from sagas g where g.status = v.status and g.status <> 'completed')
        from unnest(array['scheduled', 'running', 'needs-attention', 'held']) as v(status)
        """;

    /// <summary>The condition is that of the index <c>sagas_late</c>.</summary>
    private const string Late =
        """
        select count(*), count(*) filter (where contained_at is null and kind in ('leaver', 'leave', 'drift') and jsonb_path_exists(stages, '$[0].deadlineMissedAt ? (@ != null)'))
        from sagas where status <> 'completed' and status <> 'cancelled' and jsonb_path_exists(stages, '$[*].deadlineMissedAt ? (@ != null)')
        """;

    private const string Urgent =
        """
        select count(distinct person_id), min(greatest(effective_at, planned_at)) from sagas
        where status in ('running', 'needs-attention', 'held') and status <> 'completed' and urgent and contained_at is null and kind in ('leaver', 'leave', 'drift') and effective_at <= $1
        """;

    /// <summary>Of an approval nobody wrote down since when it is waited for.</summary>
    private const string Held =
        """
        select h->>'reason', count(*), min((h->>'since')::timestamptz) from sagas cross join lateral jsonb_array_elements(holds) as h where status = 'held' and status <> 'completed' group by 1
        union all select 'approval', count(*), null from sagas where status = 'held' and status <> 'completed' and holds = '[]'
        union all select 'event', count(*), min(received_at) from inbox where verdict = 'held' and dismissed_at is null
        """;

    /// <summary>Of the newest thousand: an HR system that sends more garbage than that in a day is told of all the same, and no index by time is needed.</summary>
    private const string Quarantined =
        """
        select reason, count(*) from (select reason, received_at from quarantine order by quarantine_id desc limit 1000) as newest
        where received_at > $1 - interval '24 hours' group by reason
        """;

    /// <summary>The audit's rows as the server estimates them: to count them would read all of it.</summary>
    private const string Rest =
        """
        select (select created_at from outbox where published_at is null order by outbox_id limit 1),
            (select requested_at from operator_acts where status = 'requested' order by act_id limit 1),
            (select received_at from inbox order by inbox_id desc limit 1),
            (select count(*) from steps where status = 'open-task'),
            (select count(*) from steps where status = 'open-task' and task_due_at <= $1),
            (select greatest(reltuples, 0)::bigint from pg_class where oid = 'audit'::regclass),
            (select seq from audit_heads where stream = $2)
        """;

    /// <summary>As the database has it now.</summary>
    /// <exception cref="NpgsqlException">It does not answer, or takes too long.</exception>
    public async Task<IReadOnlyList<GaugeReading>> Read(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var readings = new GaugeReadings(now);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        using var batch = new SqlBatch(connection, transaction, MostSeconds);
        batch.Add(Systems, Sql.Time(now));
        batch.Add(Sagas);
        batch.Add(Late);
        batch.Add(Urgent, Sql.Time(now));
        batch.Add(Held);
        batch.Add(Quarantined, Sql.Time(now));
        batch.Add(WorkerPresence.Connected);
        batch.Add(Rest, Sql.Time(now), Sql.Uuid(AuditChain.Installation));
        await batch.Read(
            [
                row => readings.System(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.TimeOrNull(5)),
                row => readings.Add(InstallationGauge.Sagas, row.GetInt64(1), row.GetString(0)),
                row => readings.Late(row.GetInt64(0), row.GetInt64(1)),
                row => readings.Urgent(row.GetInt64(0), row.TimeOrNull(1)),
                row => readings.Held(row.GetString(0), row.GetInt64(1), row.TimeOrNull(2)),
                row => readings.Add(InstallationGauge.Quarantined, row.GetInt64(1), row.GetString(0)),
                row => readings.Add(InstallationGauge.Orchestrators, row.GetInt64(0)),
                row => readings.Rest(row.TimeOrNull(0), row.TimeOrNull(1), row.TimeOrNull(2), (row.GetInt64(3), row.GetInt64(4)), (row.GetInt64(5), row.GetInt64(6))),
            ],
            cancellationToken);
        return readings.All;
    }
}
