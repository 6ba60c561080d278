using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Npgsql;

namespace Deprovisioner.Connectors.Postgres;

/// <summary>
/// Statements that name roles. DDL takes no parameters, so the server itself writes the statement with <c>format('%I')</c> from the
/// catalogue's own name (https://www.postgresql.org/docs/15/functions-string.html#FUNCTIONS-STRING-FORMAT): no text from an event
/// comes near it. Names can change between writing and running, so the names are read again in the same transaction, and another
/// name rolls it back.
/// </summary>
internal static class RoleStatement
{
    /// <summary>Runs one statement in the transaction.</summary>
    /// <param name="template">A constant with one <c>%I</c> for each role.</param>
    /// <param name="roles">Oids, in the template's order; at least one.</param>
    public static async Task RunAsync(NpgsqlConnection connection, string template, IReadOnlyList<uint> roles, CancellationToken cancellationToken)
    {
        var written = await WriteAsync(connection, template, roles, cancellationToken);
        await ExecuteAsync(connection, written, cancellationToken);
        if (await WriteAsync(connection, template, roles, cancellationToken) != written)
        {
            throw Renamed();
        }
    }

    /// <summary>Runs a statement after which the role is no more; if it still is, its name belonged to another one by then.</summary>
    public static async Task DropAsync(NpgsqlConnection connection, string template, uint role, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, await WriteAsync(connection, template, [role], cancellationToken), cancellationToken);
        if (await Roles.ReadAsync(connection, role, cancellationToken) is not null)
        {
            throw Renamed();
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string written, CancellationToken cancellationToken)
    {
        await using var statement = new NpgsqlCommand(written, connection);
        await statement.ExecuteNonQueryAsync(cancellationToken);
    }

    private static SystemFaultException Renamed()
        => new(new Fault(Outcome.Transient, "renamed", "A role was renamed at the same moment; nothing was done."));

    private static async Task<string> WriteAsync(NpgsqlConnection connection, string template, IReadOnlyList<uint> roles, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select format($1, variadic array_agg(r.rolname::text order by o.place)), count(*) from unnest($2) with ordinality o(id, place) join pg_roles r on r.oid = o.id",
            connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = template },
                new NpgsqlParameter<uint[]> { TypedValue = [.. roles], NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Oid },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetInt64(1) == roles.Count
            ? reader.GetString(0)
            : throw new SystemFaultException(new Fault(Outcome.Transient, "role-gone", "A role is gone meanwhile; nothing was done."));
    }
}
