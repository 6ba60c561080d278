using System.Globalization;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using MySqlConnector;

namespace Deprovisioner.Connectors.MySql;

/// <summary>
/// Live connections of a user to this server; those to other members of a cluster or to replicas are in their own lists. Neither a lock nor the end of
/// the account ends one (https://dev.mysql.com/doc/refman/8.4/en/account-locking.html).
/// </summary>
internal static class Sessions
{
    /// <summary>Without the PROCESS privilege the list of sessions is one's own, without a word; this view says it with an error
    /// (https://mariadb.com/kb/en/information-schema-innodb_trx-table/, https://dev.mysql.com/doc/refman/8.4/en/information-schema-innodb-trx-table.html).</summary>
    private const string ProbeSql = "select count(*) from information_schema.innodb_trx";

    /// <summary>As the client signed in, whichever entry let it in.</summary>
    private const string ListSql = "select id from information_schema.processlist where cast(user as binary) = cast(@name as binary) and id <> connection_id()";

    /// <summary>Their ids; null: the credential does not see others' sessions.</summary>
    public static async Task<IReadOnlyList<ulong>?> OfAsync(MySqlConnection connection, string name, CancellationToken cancellationToken)
    {
        try
        {
            await Sql.RowsAsync(connection, ProbeSql, static _ => true, cancellationToken);
        }
        catch (MySqlException error) when (MySqlFaults.IsPrivilegeMissing(error))
        {
            return null;
        }

        return await Sql.RowsAsync(connection, ListSql, static row => Convert.ToUInt64(row[0], CultureInfo.InvariantCulture), cancellationToken, ("@name", name));
    }

    /// <summary>Asks the server to end them. It says yes before they have ended: reading back tells. https://mariadb.com/kb/en/kill/</summary>
    public static async Task EndAsync(MySqlConnection connection, string name, CancellationToken cancellationToken)
    {
        var live = await OfAsync(connection, name, cancellationToken)
            ?? throw new SystemFaultException(new Fault(Outcome.Unauthorized, "sessions-not-visible", "The credential does not see others' sessions, so that it cannot end them: GRANT PROCESS ON *.* to its account."));
        await Sql.EachAsync(connection, live.Select(id => $"kill connection {id.ToString(CultureInfo.InvariantCulture)}"), cancellationToken);
    }
}
