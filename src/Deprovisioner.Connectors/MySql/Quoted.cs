namespace Deprovisioner.Connectors.MySql;

/// <summary>
/// Names in statements that take no parameters. Backticks quote in every sql_mode, and the one sign to double in them is the backtick itself
/// (https://mariadb.com/kb/en/identifier-names/, https://dev.mysql.com/doc/refman/8.4/en/identifiers.html); both servers take account
/// names so (https://dev.mysql.com/doc/refman/8.4/en/account-names.html). So no backslash and no quote can end a name, whatever the server's sql_mode.
/// </summary>
internal static class Quoted
{
    public static string Identifier(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    /// <summary>An empty name is an error in backticks, and has nothing in it that could end it.</summary>
    public static string Account(string user, string host) => $"{Part(user)}@{Part(host)}";

    private static string Part(string name) => name.Length == 0 ? "''" : Identifier(name);
}
