using Deprovisioner.Benchmarks.Site;
using Npgsql;

namespace Deprovisioner.Benchmarks.Measuring;

/// <summary>All counters at one moment; the difference of two is what a stretch of time cost.</summary>
internal sealed record Reading
{
    public required DateTimeOffset At { get; init; }

    /// <summary>CPU time of the subject's processes.</summary>
    public required TimeSpan WorkerCpu { get; init; }

    /// <summary>CPU time of PostgreSQL, without the benchmark's own session.</summary>
    public required TimeSpan PostgresCpu { get; init; }

    public required TimeSpan BrokerCpu { get; init; }

    /// <summary>Without the benchmark's own.</summary>
    public required long Commits { get; init; }

    /// <summary>Rows inserted, updated and deleted.</summary>
    public required long Inserted { get; init; }

    public required long Updated { get; init; }

    public required long Deleted { get; init; }

    public required long WalBytes { get; init; }

    public required long WalSyncs { get; init; }

    /// <summary>Statements; null unless they are counted.</summary>
    public required long? Statements { get; init; }

    /// <param name="asked">How many questions the benchmark itself has asked so far.</param>
    public static async Task<Reading> Take(Servers servers, ISubject subject, NpgsqlConnection session, TimeProvider clock, long asked = 0)
    {
        await using var command = new NpgsqlCommand(
            """
            select d.xact_commit, d.tup_inserted, d.tup_updated, d.tup_deleted, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint, w.wal_sync, pg_backend_pid(),
                exists (select from pg_extension where extname = 'pg_stat_statements')
            from pg_stat_database d, pg_stat_wal w where d.datname = current_database()
            """,
            session);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        var reading = new Reading
        {
            At = clock.GetUtcNow(),
            WorkerCpu = subject.Processes.Aggregate(TimeSpan.Zero, (sum, p) => sum + ProcessTree.Cpu(p.Id)),
            PostgresCpu = ProcessTree.Cpu(servers.Postgres.ProcessId) - ProcessTree.Cpu(row.GetInt32(6)),
            BrokerCpu = ProcessTree.Cpu(servers.Broker.ProcessId),
            Commits = row.GetInt64(0) - asked,
            Inserted = row.GetInt64(1),
            Updated = row.GetInt64(2),
            Deleted = row.GetInt64(3),
            WalBytes = row.GetInt64(4),
            WalSyncs = row.GetInt64(5),
            Statements = null,
        };
        var counted = row.GetBoolean(7);
        await row.CloseAsync();
        return counted ? reading with { Statements = await CountStatements(session) } : reading;
    }

    private static async Task<long> CountStatements(NpgsqlConnection session)
    {
        await using var command = new NpgsqlCommand(
            "select coalesce(sum(calls), 0)::bigint from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())", session);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
