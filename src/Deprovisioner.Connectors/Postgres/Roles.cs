using System.Buffers;
using System.Data;
using System.Globalization;
using System.Text;
using Deprovisioner.Connectors.Sdk;
using Npgsql;
using NpgsqlTypes;

namespace Deprovisioner.Connectors.Postgres;

/// <summary>
/// Reading roles. A name is compared as text (<c>rolname = $1::text</c>), never as <c>name</c>: a cast to name cuts at 63 bytes, and
/// somebody's long name would find another person's role (https://www.postgresql.org/docs/15/datatype-character.html, type name).
/// </summary>
internal static class Roles
{
    /// <summary>The prefix of a restore attribute that says how a membership was granted.</summary>
    public const string AdminOption = "admin-option.";

    /// <summary>pg_roles: https://www.postgresql.org/docs/15/view-pg-roles.html; pg_stat_activity shows usesysid to everybody;
    /// pg_shdepend is shared by all databases, deptype o is ownership, a a grant: https://www.postgresql.org/docs/15/catalog-pg-shdepend.html</summary>
    private const string ReadSql = """
        select r.rolname, r.rolcanlogin, r.rolvaliduntil::text,
               r.rolsuper or r.rolname like 'pg\_%' or r.rolname in (session_user, current_user) as critical,
               (select count(*) from pg_stat_activity a where a.usesysid = r.oid and a.pid <> pg_backend_pid())::int as sessions,
               (select count(*) from pg_shdepend d where d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid and d.deptype = 'o')::int as owned,
               (select count(*) from pg_shdepend d where d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid and d.deptype = 'a')::int as granted,
               has_table_privilege('pg_catalog.pg_authid', 'select') as sees_passwords
        from pg_roles r where r.oid = $1
        """;

    private const string MembershipsSql = """
        select m.roleid::text, g.rolname, bool_or(m.admin_option)
        from pg_auth_members m join pg_roles g on g.oid = m.roleid
        where m.member = $1 group by m.roleid, g.rolname order by g.rolname
        """;

    /// <summary>A role's oid stays with it when it is renamed; another text is no id of ours.</summary>
    public static uint? Oid(string accountId)
        => uint.TryParse(accountId, NumberStyles.None, CultureInfo.InvariantCulture, out var oid) && oid > 0 ? oid : null;

    public static async Task<IReadOnlyList<AccountRef>> FindAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        // PostgreSQL's text holds no NUL and no half of a surrogate pair, so no role has such a name; sending it would be an error.
        if (name.Contains('\0', StringComparison.Ordinal) || !IsUnicode(name))
        {
            return [];
        }

        await using var command = new NpgsqlCommand("select oid::text, rolname from pg_roles where rolname = $1::text", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name, NpgsqlDbType = NpgsqlDbType.Text });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<AccountRef>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new AccountRef(reader.GetString(0), reader.GetString(1)));
        }

        return found;
    }

    public static async Task<AccountState?> ReadAsync(NpgsqlConnection connection, uint oid, CancellationToken cancellationToken)
    {
        AccountState state;
        bool seesPasswords;
        await using (var command = new NpgsqlCommand(ReadSql, connection) { Parameters = { Parameter(oid) } })
        await using (var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }

            seesPasswords = reader.GetBoolean(7);
            state = new AccountState
            {
                Account = new AccountRef(oid.ToString(CultureInfo.InvariantCulture), reader.GetString(0)),
                Enabled = reader.GetBoolean(1),
                Critical = reader.GetBoolean(3),
                LiveSessions = reader.GetInt32(4),
                OwnedObjects = reader.GetInt32(5),
                Details = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["direct-grants"] = reader.GetInt32(6).ToString(CultureInfo.InvariantCulture),
                    ["password-valid-until"] = reader[2] as string ?? "unlimited",
                },
            };
        }

        var (memberships, restore) = await MembershipsAsync(connection, oid, cancellationToken);
        return state with
        {
            Entitlements = memberships,
            RestoreAttributes = restore,
            Credentials = seesPasswords ? await PasswordsAsync(connection, oid, cancellationToken) : null,
        };
    }

    private static bool IsUnicode(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
            {
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }

    public static NpgsqlParameter Parameter(uint oid) => new NpgsqlParameter<uint> { TypedValue = oid, NpgsqlDbType = NpgsqlDbType.Oid };

    private static async Task<(IReadOnlyList<Entitlement> Memberships, IReadOnlyDictionary<string, string> Restore)> MembershipsAsync(
        NpgsqlConnection connection, uint oid, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(MembershipsSql, connection) { Parameters = { Parameter(oid) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var memberships = new List<Entitlement>();
        var restore = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            memberships.Add(new Entitlement(reader.GetString(0), reader.GetString(1)));
            if (reader.GetBoolean(2))
            {
                restore[AdminOption + reader.GetString(0)] = "true";
            }
        }

        return (memberships, restore);
    }

    /// <summary>pg_authid is for superusers, or whoever was granted it; without it nobody can tell whether a password is left.</summary>
    private static async Task<int> PasswordsAsync(NpgsqlConnection connection, uint oid, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select count(*)::int from pg_authid where oid = $1 and rolpassword is not null", connection) { Parameters = { Parameter(oid) } };
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
