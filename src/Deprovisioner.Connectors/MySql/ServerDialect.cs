using System.Data.Common;
using System.Text.Json;

namespace Deprovisioner.Connectors.MySql;

/// <summary>
/// All in which MariaDB and MySQL differ here. MariaDB's was seen on a real server; MySQL's follows its manual
/// (https://dev.mysql.com/doc/refman/8.4/en/), with the page beside each.
/// </summary>
internal sealed record ServerDialect
{
    /// <summary>The string that MySQL itself gives to its reserved accounts, and writes in this statement for <c>show create user 'mysql.sys'@'localhost'</c>: of the right form, and the hash of no password.
    /// https://dev.mysql.com/doc/refman/8.4/en/reserved-accounts.html, https://github.com/mysql/mysql-server/blob/8.4/scripts/mysql_system_users.sql</summary>
    public const string NoPasswordOfMySql = "$A$005$THISISACOMBINATIONOFINVALIDSALTANDPASSWORDTHATMUSTNEVERBRBEUSED";

    /// <summary>What mariadb-install-db gives to root: https://mariadb.com/kb/en/authentication-from-mariadb-10-4/. It takes the place of every alternative (<c>or unix_socket</c>) too.</summary>
    private const string NoPasswordOfMariaDb = "invalid";

    public static readonly ServerDialect MariaDb = new()
    {
        Connector = "mariadb",
        IsMariaDb = true,

        // https://mariadb.com/kb/en/mysqlglobal_priv-table/: roles are rows too.
        EntriesSql = "select User, Host, Priv from mysql.global_priv where json_value(Priv, '$.is_role') is null and User <> ''",
        Entry = row => MariaDbEntry(row.GetString(0), row.GetString(1), row.GetString(2)),

        // https://mariadb.com/kb/en/mysqlroles_mapping-table/
        RolesSql = "select Host, Role, '' as RoleHost, Admin_option from mysql.roles_mapping where cast(User as binary) = cast(@name as binary)",
        DefaultRolesSql = null,
        MembersSql = null,
        RevokeCredentials = [$"alter user %A identified via mysql_native_password using '{NoPasswordOfMariaDb}'"],
        DefaultRole = "set default role %R for %A",
        NoDefaultRole = "set default role none for %A",
        BuiltIn = ["root", "mysql", "mariadb.sys", "PUBLIC"],
        MayKill = ["CONNECTION ADMIN", "SUPER"],
        SeesDefiners = [["SHOW VIEW"], ["TRIGGER"], ["EVENT"]],
        KillRemedy = "GRANT CONNECTION ADMIN ON *.* to the account.",
        DefinersRemedy = "GRANT SHOW VIEW, TRIGGER, EVENT ON *.* to the account itself; without it nothing is deleted.",
    };

    public static readonly ServerDialect MySql = new()
    {
        Connector = "mysql",
        IsMariaDb = false,

        // https://dev.mysql.com/doc/refman/8.4/en/grant-tables.html. A role is an account like any other there, and cannot be told from one.
        EntriesSql = "select User, Host, account_locked, plugin, authentication_string, User_attributes from mysql.user where User <> ''",
        Entry = row => MySqlEntry(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row[4] as string, row[5] as string),
        RolesSql = "select TO_HOST, FROM_USER, FROM_HOST, WITH_ADMIN_OPTION from mysql.role_edges where cast(TO_USER as binary) = cast(@name as binary)",
        DefaultRolesSql = "select HOST, DEFAULT_ROLE_USER, DEFAULT_ROLE_HOST from mysql.default_roles where cast(USER as binary) = cast(@name as binary)",
        MembersSql = "select count(*) from mysql.role_edges where cast(FROM_USER as binary) = cast(@name as binary)",

        // A secondary password outlives a change of the first: https://dev.mysql.com/doc/refman/8.4/en/password-management.html#dual-passwords
        RevokeCredentials = [$"alter user %A identified with caching_sha2_password as '{NoPasswordOfMySql}'", "alter user %A discard old password"],
        DefaultRole = "set default role %R to %A",
        NoDefaultRole = "set default role none to %A",
        BuiltIn = ["root", "mysql.sys", "mysql.session", "mysql.infoschema"],
        MayKill = ["CONNECTION_ADMIN", "SUPER"],

        // https://dev.mysql.com/doc/refman/8.4/en/information-schema-routines-table.html
        SeesDefiners = [["SHOW VIEW"], ["TRIGGER"], ["EVENT"], ["SHOW_ROUTINE", "SELECT"]],
        KillRemedy = "GRANT CONNECTION_ADMIN ON *.* to the account.",
        DefinersRemedy = "GRANT SHOW VIEW, TRIGGER, EVENT, SHOW_ROUTINE ON *.* to the account itself; without it nothing is deleted.",
    };

    /// <summary>The connector's name in a configuration.</summary>
    public required string Connector { get; init; }

    public required bool IsMariaDb { get; init; }

    /// <summary>All entries; ends in a condition. Anonymous ones are nobody's.</summary>
    public required string EntriesSql { get; init; }

    public required Func<DbDataReader, HostEntry> Entry { get; init; }

    /// <summary>Host, role, the role's own host (MySQL), Y or N.</summary>
    public required string RolesSql { get; init; }

    /// <summary>Host, role, the role's own host; null: the entry itself says it.</summary>
    public required string? DefaultRolesSql { get; init; }

    /// <summary>How many have the account as a role; null: none can.</summary>
    public required string? MembersSql { get; init; }

    /// <summary>After these no way to sign in is left. %A is the entry.</summary>
    public required IReadOnlyList<string> RevokeCredentials { get; init; }

    public required string DefaultRole { get; init; }

    public required string NoDefaultRole { get; init; }

    public required IReadOnlyList<string> BuiltIn { get; init; }

    /// <summary>Any of these privileges lets one end others' sessions.</summary>
    public required IReadOnlyList<string> MayKill { get; init; }

    /// <summary>One of each list is needed to see what everybody defined.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> SeesDefiners { get; init; }

    public required string KillRemedy { get; init; }

    public required string DefinersRemedy { get; init; }

    /// <summary>A role as it is named in a statement: in MySQL it has a host, in MariaDB it has none.</summary>
    public string Role(string role, string host) => IsMariaDb ? Quoted.Identifier(role) : Quoted.Account(role, host);

    internal static HostEntry MariaDbEntry(string user, string host, string priv)
    {
        using var json = JsonDocument.Parse(priv);
        var root = json.RootElement;
        var methods = new List<string>();
        Count(root, methods);
        foreach (var alternative in root.TryGetProperty("auth_or", out var or) ? or.EnumerateArray() : default)
        {
            // The empty one stands for the entry's own plugin: https://jira.mariadb.org/browse/MDEV-11340
            if (alternative.TryGetProperty("plugin", out _))
            {
                Count(alternative, methods);
            }
        }

        return new HostEntry(user, host, root.TryGetProperty("account_locked", out var locked) && locked.ValueKind == JsonValueKind.True, methods)
        {
            DefaultRoles = Text(root, "default_role") is { Length: > 0 } role ? [[role, ""]] : [],
        };
    }

    /// <summary>An empty password lets everybody in, and so it counts; what a plugin accepts beyond passwords only it knows.</summary>
    private static void Count(JsonElement method, List<string> methods)
    {
        const string Native = "mysql_native_password";
        var plugin = Text(method, "plugin") is { Length: > 0 } named ? named : Native;
        if (plugin != Native || Text(method, "authentication_string") != NoPasswordOfMariaDb)
        {
            methods.Add(plugin);
        }
    }

    /// <summary>User_attributes holds the secondary password and the partial revokes: https://dev.mysql.com/doc/refman/8.4/en/grant-tables.html#grant-tables-user-db</summary>
    internal static HostEntry MySqlEntry(string user, string host, string locked, string plugin, string? password, string? attributes)
    {
        using var json = JsonDocument.Parse(attributes ?? "{}");
        var methods = new List<string>();

        // https://dev.mysql.com/doc/refman/8.4/en/no-login-pluggable-authentication.html
        if (plugin != "mysql_no_login" && (plugin != "caching_sha2_password" || password != NoPasswordOfMySql))
        {
            methods.Add(plugin);
        }

        if (Text(json.RootElement, "additional_password") is { Length: > 0 })
        {
            methods.Add("secondary password");
        }

        return new HostEntry(user, host, locked == "Y", methods) { PartialRevokes = json.RootElement.TryGetProperty("Restrictions", out _) };
    }

    private static string? Text(JsonElement json, string name)
        => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
