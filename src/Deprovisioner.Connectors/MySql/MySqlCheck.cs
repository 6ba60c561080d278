using Deprovisioner.Connectors.Sdk;
using MySqlConnector;

namespace Deprovisioner.Connectors.MySql;

/// <summary>Whether the connection's account may do what the connector's actions need.</summary>
internal static class MySqlCheck
{
    public static async Task<SystemCheck> RunAsync(MySqlConnection connection, ServerDialect dialect, bool encrypted, CancellationToken cancellationToken)
    {
        // A number, or a word: https://mariadb.com/kb/en/server-system-variables/#read_only
        var (version, readOnly) = (await Sql.RowsAsync(connection, "select version(), @@global.read_only", static row => (row.GetString(0), $"{row[1]}" is not ("0" or "False" or "OFF")), cancellationToken)).Single();
        var own = await Privileges.OwnAsync(connection, cancellationToken);
        return new SystemCheck(
            Reachable: true,
            Version: dialect.IsMariaDb ? version : $"MySQL {version}",
            [
                Finding("server is verified", encrypted, "Set caFile, or SslMode=VerifyFull in the connection: somebody between could read along."),
                Finding("writable server", !readOnly, "This server is read only, as a replica is: let the connection lead to the primary."),
                Finding("sees accounts and privileges", await MaySelectAsync(connection, dialect, cancellationToken), "GRANT SELECT ON mysql.* to the account."),
                Finding("may alter users", own.Contains("CREATE USER"), "GRANT CREATE USER ON *.* to the account itself; what a role gives is not seen here."),
                Finding("sees sessions", await Sessions.OfAsync(connection, "", cancellationToken) is not null, "GRANT PROCESS ON *.* to the account."),
                Finding("may end sessions", dialect.MayKill.Any(own.Contains), dialect.KillRemedy),
                Finding("sees what accounts define", Definers.SeesAll(dialect, own), dialect.DefinersRemedy),
                Finding("may take single privileges away", own.Contains(Grant.GrantOption), "Grant what is to be taken away or put back to the account WITH GRANT OPTION, roles WITH ADMIN OPTION; taking everything away needs CREATE USER only."),
            ]);
    }

    private static async Task<bool> MaySelectAsync(MySqlConnection connection, ServerDialect dialect, CancellationToken cancellationToken)
    {
        try
        {
            await Sql.RowsAsync(connection, $"{dialect.EntriesSql} limit 1", static _ => true, cancellationToken);
            return await Privileges.AreVisibleAsync(connection, cancellationToken);
        }
        catch (MySqlException error) when (error.Number is 1142 or 1044)
        {
            return false;
        }
    }

    private static CheckFinding Finding(string subject, bool ok, string remedy) => new(subject, ok, ok ? null : remedy);
}
