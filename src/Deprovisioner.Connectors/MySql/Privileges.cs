using System.Data.Common;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using MySqlConnector;

namespace Deprovisioner.Connectors.MySql;

/// <summary>
/// What the entries of an account hold. The information schema's four views are the same on both servers
/// (https://dev.mysql.com/doc/refman/8.4/en/information-schema-user-privileges-table.html, https://mariadb.com/kb/en/information-schema-user_privileges-table/); they show nothing but one's own
/// to who may not read the database mysql, without a word. All or one's own it is, so another's row proves all.
/// Routines and proxies are in no view.
/// </summary>
internal static class Privileges
{
    private const string ViewsSql = """
        select grantee, 'Global', privilege_type, is_grantable, null, null, null from information_schema.user_privileges where cast(grantee as binary) = cast(@grantee as binary)
        union all select grantee, 'Schema', privilege_type, is_grantable, table_schema, null, null from information_schema.schema_privileges where cast(grantee as binary) = cast(@grantee as binary)
        union all select grantee, 'Table', privilege_type, is_grantable, table_schema, table_name, null from information_schema.table_privileges where cast(grantee as binary) = cast(@grantee as binary)
        union all select grantee, 'Column', privilege_type, 'NO', table_schema, table_name, column_name from information_schema.column_privileges where cast(grantee as binary) = cast(@grantee as binary)
        """;

    /// <summary>The views' text for the account whose rights we have; a host holds no at sign.</summary>
    private const string OwnGrantee = """
        cast(concat('''', substr(current_user(), 1, char_length(current_user()) - char_length(substring_index(current_user(), '@', -1)) - 1), '''@''', substring_index(current_user(), '@', -1), '''') as binary)
        """;

    private const string RoutinesSql = "select Host, Routine_type, Db, Routine_name, Proc_priv from mysql.procs_priv where cast(User as binary) = cast(@name as binary)";

    private const string ProxiesSql = "select Host, Proxied_user, Proxied_host, With_grant from mysql.proxies_priv where cast(User as binary) = cast(@name as binary)";

    /// <summary>Each entry with what it holds.</summary>
    /// <param name="entries">All of one name; none, where the account is gone.</param>
    public static async Task<IReadOnlyList<HostEntry>> OfAsync(MySqlConnection connection, ServerDialect dialect, IReadOnlyList<HostEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
        {
            return [];
        }

        if (!await AreVisibleAsync(connection, cancellationToken))
        {
            throw new SystemFaultException(new Fault(Outcome.Unauthorized, "privileges-not-visible", "The credential does not see what others are granted: GRANT SELECT ON mysql.* to its account."));
        }

        var name = entries[0].User;
        (string, object) byName = ("@name", name);
        var roles = await Sql.RowsAsync(connection, dialect.RolesSql, row => (Host: row.GetString(0), Grant: new Grant(GrantLevel.Role, "ROLE", row.GetString(1), row.GetString(2)), PassOn: row.GetString(3) == "Y"), cancellationToken, byName);
        var routines = await Sql.RowsAsync(connection, RoutinesSql, RoutineRow, cancellationToken, byName);
        var proxies = await Sql.RowsAsync(connection, ProxiesSql, row => (Host: row.GetString(0), Grant: new Grant(GrantLevel.Proxy, "PROXY", row.GetString(1), row.GetString(2)), PassOn: Convert.ToInt64(row[3]) != 0), cancellationToken, byName);
        var defaults = dialect.DefaultRolesSql is null ? [] : await Sql.RowsAsync(connection, dialect.DefaultRolesSql, row => (Host: row.GetString(0), Role: row.GetString(1), RoleHost: row.GetString(2)), cancellationToken, byName);
        var full = new List<HostEntry>();
        foreach (var entry in entries)
        {
            // The views write the grantee so, without escaping anything in it.
            var rows = await Sql.RowsAsync(connection, ViewsSql, ViewRow, cancellationToken, ("@grantee", $"'{name}'@'{entry.Host}'"));
            var grants = new Dictionary<Grant, bool>();
            foreach (var (grant, passOn) in rows.SelectMany(Grants)
                .Concat(roles.Where(r => r.Host == entry.Host).Select(r => (r.Grant, r.PassOn)))
                .Concat(proxies.Where(p => p.Host == entry.Host).Select(p => (p.Grant, p.PassOn)))
                .Concat(routines.Where(r => r.Host == entry.Host).SelectMany(r => r.Grants).Select(grant => (grant, false))))
            {
                grants[grant] = passOn;
            }

            full.Add(entry with
            {
                Grants = grants,
                DefaultRoles = dialect.DefaultRolesSql is null ? entry.DefaultRoles : [.. defaults.Where(d => d.Host == entry.Host).Select(d => (IReadOnlyList<string>)[d.Role, d.RoleHost])],
            });
        }

        return full;
    }

    /// <summary>Whether the views show more than our own.</summary>
    public static async Task<bool> AreVisibleAsync(MySqlConnection connection, CancellationToken cancellationToken)
        => (await Sql.RowsAsync(connection, $"select 1 from information_schema.user_privileges where cast(grantee as binary) <> {OwnGrantee} limit 1", static _ => true, cancellationToken)).Count > 0;

    /// <summary>Our global privileges that were granted to the account itself; what a role gives is in no view that both servers have.</summary>
    public static async Task<IReadOnlySet<string>> OwnAsync(MySqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = await Sql.RowsAsync(
            connection, $"select privilege_type, is_grantable from information_schema.user_privileges where cast(grantee as binary) = {OwnGrantee}",
            static row => (Privilege: row.GetString(0), Grantable: row.GetString(1) == "YES"), cancellationToken);
        return rows.Select(row => row.Privilege).Concat(rows.Where(row => row.Grantable).Select(_ => Grant.GrantOption)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The right to pass on is one right for a place, and shown beside each privilege there.</summary>
    private static IEnumerable<(Grant Grant, bool PassOn)> Grants((GrantLevel Level, string Privilege, bool Grantable, string[] Place) row)
    {
        if (row.Privilege != "USAGE")
        {
            yield return (new Grant(row.Level, row.Privilege, row.Place), false);
        }

        if (row.Grantable)
        {
            yield return (new Grant(row.Level, Grant.GrantOption, row.Place), false);
        }
    }

    private static (GrantLevel Level, string Privilege, bool Grantable, string[] Place) ViewRow(DbDataReader row) => (
        Enum.Parse<GrantLevel>(row.GetString(1)),
        row.GetString(2),
        row.GetString(3) == "YES",
        [.. new[] { row[4], row[5], row[6] }.OfType<string>()]);

    /// <summary>A set of words such as <c>Execute,Alter Routine,Grant</c>: https://mariadb.com/kb/en/mysqlprocs_priv-table/</summary>
    private static (string Host, IEnumerable<Grant> Grants) RoutineRow(DbDataReader row)
    {
        string[] place = [row.GetString(1), row.GetString(2), row.GetString(3)];
        return (row.GetString(0), row.GetString(4).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(word => new Grant(GrantLevel.Routine, word == "Grant" ? Grant.GrantOption : word.ToUpperInvariant(), place)));
    }
}
