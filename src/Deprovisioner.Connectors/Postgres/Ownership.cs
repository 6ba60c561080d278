using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Npgsql;

namespace Deprovisioner.Connectors.Postgres;

/// <summary>
/// What a role owns and was granted, which is spread over all databases of the cluster; REASSIGN OWNED and DROP OWNED see the current
/// database and the shared objects only (https://www.postgresql.org/docs/15/role-removal.html). DROP OWNED takes away the grants, and would
/// also drop what the role still owns: it runs in the transaction of the REASSIGN, after nothing owned was seen to be left.
/// </summary>
internal static class Ownership
{
    public const string ReassignTemplate = "reassign owned by %I to %I";
    private const string DropGrantsTemplate = "drop owned by %I restrict";

    /// <summary>The databases in which anything depends on the role, the configured one always among them: shared objects belong to none.</summary>
    private const string DatabasesSql = """
        select b.datname, b.datallowconn from pg_database b
        where b.datname = current_database()
           or b.oid in (select d.dbid from pg_shdepend d where d.refclassid = 'pg_authid'::regclass and d.refobjid = $1)
        order by b.datname
        """;

    /// <summary>Default privileges and user mappings are owned too, hold nobody's data, and are left by REASSIGN OWNED to DROP OWNED on purpose
    /// (shdepReassignOwned in https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/catalog/pg_shdepend.c).</summary>
    private const string OwnedHereSql = """
        select count(*) from pg_shdepend d where d.refclassid = 'pg_authid'::regclass and d.refobjid = $1 and d.deptype = 'o'
           and d.classid not in ('pg_default_acl'::regclass, 'pg_user_mapping'::regclass)
           and d.dbid in (0, (select oid from pg_database where datname = current_database()))
        """;

    /// <summary>Gives everything to another role and takes the grants away, in each database of its own; a failure leaves the rest for the next attempt.</summary>
    public static Task TransferAsync(PostgresCluster cluster, uint role, uint receiver, CancellationToken cancellationToken)
        => InEachDatabaseAsync(cluster, role, (connection, token) => RoleStatement.RunAsync(connection, ReassignTemplate, [role, receiver], token), cancellationToken);

    /// <summary>Takes the grants away; refuses where anything is still owned.</summary>
    public static Task DropGrantsAsync(PostgresCluster cluster, uint role, CancellationToken cancellationToken)
        => InEachDatabaseAsync(cluster, role, (_, _) => Task.CompletedTask, cancellationToken);

    private static async Task InEachDatabaseAsync(PostgresCluster cluster, uint role, Func<NpgsqlConnection, CancellationToken, Task> first, CancellationToken cancellationToken)
    {
        var databases = await cluster.AtHomeAsync(connection => DatabasesAsync(connection, role, cancellationToken), cancellationToken);
        if (databases.FirstOrDefault(d => !d.Open) is { Name: { } closed })
        {
            throw new SystemFaultException(new Fault(Outcome.Rejected, "database-closed", $"The role has something in database {closed}, which allows no connections: allow them for the time being."));
        }

        foreach (var (database, _) in databases)
        {
            await cluster.InDatabaseAsync(
                database,
                async connection =>
                {
                    await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                    await first(connection, cancellationToken);
                    await RefuseIfOwnedAsync(connection, role, cancellationToken);
                    await RoleStatement.RunAsync(connection, DropGrantsTemplate, [role], cancellationToken);
                    await transaction.CommitAsync(cancellationToken);
                    return true;
                },
                cancellationToken);
        }
    }

    private static async Task RefuseIfOwnedAsync(NpgsqlConnection connection, uint role, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(OwnedHereSql, connection) { Parameters = { Roles.Parameter(role) } };
        if ((long)(await command.ExecuteScalarAsync(cancellationToken))! > 0)
        {
            throw new SystemFaultException(SqlFaults.Of("2BP01", "The role still owns objects"));
        }
    }

    private static async Task<IReadOnlyList<(string Name, bool Open)>> DatabasesAsync(NpgsqlConnection connection, uint role, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(DatabasesSql, connection) { Parameters = { Roles.Parameter(role) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var databases = new List<(string Name, bool Open)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            databases.Add((reader.GetString(0), reader.GetBoolean(1)));
        }

        return databases;
    }
}
