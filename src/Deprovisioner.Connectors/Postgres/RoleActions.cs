using System.Globalization;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Npgsql;

namespace Deprovisioner.Connectors.Postgres;

/// <summary>
/// What is done to a role within the cluster's catalogue. ALTER ROLE: https://www.postgresql.org/docs/15/sql-alterrole.html.
/// VALID UNTIL is left as it is: it limits passwords only, and NOLOGIN stops every way in. Neither ends a session.
/// </summary>
internal static class RoleActions
{
    public static Task DisableAsync(NpgsqlConnection connection, uint role, CancellationToken cancellationToken)
        => RoleStatement.RunAsync(connection, "alter role %I nologin", [role], cancellationToken);

    public static Task RevokeCredentialsAsync(NpgsqlConnection connection, uint role, CancellationToken cancellationToken)
        => RoleStatement.RunAsync(connection, "alter role %I password null", [role], cancellationToken);

    /// <summary>https://www.postgresql.org/docs/15/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL. It returns before they have ended: reading back tells.</summary>
    public static async Task RevokeSessionsAsync(NpgsqlConnection connection, uint role, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where usesysid = $1 and pid <> pg_backend_pid()", connection)
        {
            Parameters = { Roles.Parameter(role) },
        };
        await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>
    /// Until 15 a membership is one row, and whoever may revoke it does; from 16 there is a row for each grantor, and only that grantor's
    /// is revoked unless another is named (https://www.postgresql.org/docs/16/sql-revoke.html, notes on GRANTED BY).
    /// Never CASCADE: that would take from others what the leaver granted them; the error (2BP01) is for a person to read.
    /// </summary>
    /// <param name="only">The oids of the roles to leave, as text; null: all.</param>
    public static async Task RemoveEntitlementsAsync(NpgsqlConnection connection, uint role, IReadOnlySet<string>? only, CancellationToken cancellationToken)
    {
        foreach (var (granted, grantor) in (await MembershipsAsync(connection, role, cancellationToken)).Where(m => only is null || only.Contains(m.Granted.ToString(CultureInfo.InvariantCulture))))
        {
            var byGrantor = connection.PostgreSqlVersion.Major >= 16 && grantor is not null;
            await RoleStatement.RunAsync(
                connection,
                byGrantor ? "revoke %I from %I granted by %I" : "revoke %I from %I",
                byGrantor ? [granted, role, grantor!.Value] : [granted, role],
                cancellationToken);
        }
    }

    /// <summary>Puts back sign-in and the memberships that the snapshot has and that are missing. A password cannot be put back.</summary>
    public static async Task RestoreAsync(NpgsqlConnection connection, uint role, AccountState before, AccountSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (snapshot.Enabled && !before.Enabled)
        {
            await RoleStatement.RunAsync(connection, "alter role %I login", [role], cancellationToken);
        }

        foreach (var id in snapshot.Entitlements.Except(before.Entitlements.Select(e => e.Id), StringComparer.Ordinal))
        {
            var granted = Roles.Oid(id) ?? throw new SystemFaultException(new Fault(Outcome.Rejected, "bad-snapshot", "The snapshot names a membership that is no role's oid."));
            if (await Roles.ReadAsync(connection, granted, cancellationToken) is null)
            {
                throw new SystemFaultException(new Fault(Outcome.Rejected, "entitlement-gone", "A role that the snapshot names no longer exists, so that its membership cannot be put back."));
            }

            var admin = snapshot.Attributes.ContainsKey(Roles.AdminOption + id);
            await RoleStatement.RunAsync(connection, admin ? "grant %I to %I with admin option" : "grant %I to %I", [granted, role], cancellationToken);
        }
    }

    /// <summary>DROP ROLE refuses while anything depends on the role (2BP01): https://www.postgresql.org/docs/15/sql-droprole.html</summary>
    public static Task DeleteAsync(NpgsqlConnection connection, uint role, CancellationToken cancellationToken)
        => RoleStatement.DropAsync(connection, "drop role %I", role, cancellationToken);

    private static async Task<IReadOnlyList<(uint Granted, uint? Grantor)>> MembershipsAsync(NpgsqlConnection connection, uint role, CancellationToken cancellationToken)
    {
        // A grantor that is gone is possible until 15, where the column means little.
        await using var command = new NpgsqlCommand(
            "select m.roleid, g.oid from pg_auth_members m left join pg_roles g on g.oid = m.grantor where m.member = $1 order by m.roleid", connection)
        {
            Parameters = { Roles.Parameter(role) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var memberships = new List<(uint Granted, uint? Grantor)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            memberships.Add(((uint)reader[0], reader[1] as uint?));
        }

        return memberships;
    }
}
