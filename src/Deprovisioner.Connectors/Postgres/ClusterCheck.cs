using Deprovisioner.Connectors.Sdk;
using Npgsql;

namespace Deprovisioner.Connectors.Postgres;

/// <summary>Whether the connection's role may do what the connector's actions need.</summary>
internal static class ClusterCheck
{
    private const string Sql = """
        select current_setting('server_version'), pg_is_in_recovery(), r.rolsuper, r.rolsuper or r.rolcreaterole,
               r.rolsuper or pg_has_role('pg_signal_backend', 'member'), has_table_privilege('pg_catalog.pg_authid', 'select')
        from pg_roles r where r.rolname = current_user
        """;

    public static async Task<SystemCheck> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new SystemCheck(
            Reachable: true,
            Version: $"PostgreSQL {reader.GetString(0)}",
            [
                Finding("writable server", !reader.GetBoolean(1), "This is a standby: let the connection lead to the primary (Target Session Attributes=primary)."),
                Finding("may alter roles", reader.GetBoolean(3), "Give the role CREATEROLE."),
                Finding("may end sessions", reader.GetBoolean(4), "Grant pg_signal_backend to the role."),
                Finding("sees whether a password is set", reader.GetBoolean(5), "Grant select on pg_catalog.pg_authid to the role; else revoke-credentials cannot be verified."),
                Finding("may reassign what others own", reader.GetBoolean(2), "Only a superuser may for everybody; else grant the role membership in the roles concerned."),
            ]);
    }

    private static CheckFinding Finding(string subject, bool ok, string remedy) => new(subject, ok, ok ? null : remedy);
}
