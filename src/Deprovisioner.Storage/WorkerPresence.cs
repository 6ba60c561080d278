using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Deprovisioner.Storage;

// Theory of operation. A worker holds a shared advisory lock for as long as it is connected: its number is that of the newest migration that the worker knows. Whoever may see nothing of other roles' sessions
// still sees their locks. Nobody waits for such a lock: it only says who is there. A worker that starts at this moment, or whose connection is just lost, is not seen; it finds by the schema's standing
// that it must not work.

/// <summary>Which versions' workers are connected.</summary>
internal static class WorkerPresence
{
    /// <summary>Any number that no other program is likely to lock by.</summary>
    private const int Lock = 0x6465_7072;

    /// <summary>Counts the orchestrators that are connected: one lock each.</summary>
    public static readonly string Connected =
        $"select count(*) from pg_locks where locktype = 'advisory' and classid::bigint = {Lock} and objsubid = 2 and granted and database = (select oid from pg_database where datname = current_database())";

    /// <summary>On a connection that stays open.</summary>
    /// <param name="newest">The number of the newest migration that this program knows.</param>
    public static async Task Tell(NpgsqlConnection connection, int newest, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select pg_advisory_lock_shared({Lock}, {newest})", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What the connected workers know that do not know this migration: for each version the number of its newest one.</summary>
    public static async Task<IReadOnlyList<int>> OlderThan(DbContext context, int number, CancellationToken cancellationToken)
        => await context.Database.SqlQuery<int>(
            $"""
            select distinct objid::bigint::integer as "Value" from pg_locks
            where locktype = 'advisory' and classid::bigint = {(long)Lock} and objsubid = 2 and objid::bigint < {(long)number} and database = (select oid from pg_database where datname = current_database())
            order by 1
            """).ToListAsync(cancellationToken);
}
