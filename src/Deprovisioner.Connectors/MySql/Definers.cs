using System.Globalization;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using MySqlConnector;

namespace Deprovisioner.Connectors.MySql;

/// <summary>
/// Stored code that runs with an account's rights, whoever calls it, locked or not; events run by themselves
/// (https://mariadb.com/kb/en/stored-routine-privileges/, https://dev.mysql.com/doc/refman/8.4/en/stored-objects-security.html). Without its definer it fails, and
/// whoever gets that name next becomes its definer. Asked only where an action depends on it: the views that tell open every table of the server.
/// </summary>
internal static class Definers
{
    private const string CountSql = """
        select 'view', count(*) from information_schema.views where cast(definer as binary) = cast(@definer as binary)
        union all select 'trigger', count(*) from information_schema.triggers where cast(definer as binary) = cast(@definer as binary)
        union all select 'routine', count(*) from information_schema.routines where cast(definer as binary) = cast(@definer as binary)
        union all select 'event', count(*) from information_schema.events where cast(definer as binary) = cast(@definer as binary)
        """;

    /// <summary>How many there are of each kind that there is; null: the credential does not see everybody's.</summary>
    public static async Task<IReadOnlyDictionary<string, long>?> OfAsync(MySqlConnection connection, ServerDialect dialect, IReadOnlyList<HostEntry> entries, CancellationToken cancellationToken)
    {
        var own = await Privileges.OwnAsync(connection, cancellationToken);
        if (!SeesAll(dialect, own))
        {
            return null;
        }

        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            foreach (var (kind, count) in await Sql.RowsAsync(connection, CountSql, static row => (row.GetString(0), row.GetInt64(1)), cancellationToken, ("@definer", $"{entry.User}@{entry.Host}")))
            {
                if (count > 0)
                {
                    counts[kind] = counts.GetValueOrDefault(kind) + count;
                }
            }
        }

        return counts;
    }

    public static bool SeesAll(ServerDialect dialect, IReadOnlySet<string> own) => dialect.SeesDefiners.All(any => any.Any(own.Contains));

    /// <summary>Tells a person what goes on running as the account.</summary>
    public static void Tell(IReadOnlyDictionary<string, long>? definers, ServerDialect dialect, Action<string> followUp)
    {
        if (definers is null)
        {
            followUp($"Whether events or routines go on running with the account's rights could not be seen: {dialect.DefinersRemedy}");
        }
        else if (definers.Count > 0)
        {
            followUp($"{Words(definers)} still run with the account's rights although it is locked: look at them, and create them anew with another DEFINER, or drop them.");
        }
    }

    /// <exception cref="SystemFaultException">Something is defined by the account, or that cannot be seen.</exception>
    public static void RefuseIfAny(IReadOnlyDictionary<string, long>? definers, ServerDialect dialect)
    {
        if (definers is null)
        {
            throw new SystemFaultException(new Fault(Outcome.Unauthorized, "definers-not-visible", $"The credential does not see what the account defined: {dialect.DefinersRemedy}"));
        }

        if (definers.Count > 0)
        {
            throw new SystemFaultException(new Fault(Outcome.Rejected, "is-definer", $"{Words(definers)} would fail without the account, and run as whoever gets its name next: create them anew with another DEFINER, or drop them, then replay."));
        }
    }

    private static string Words(IReadOnlyDictionary<string, long> definers)
        => string.Join(", ", definers.Select(d => $"{d.Value.ToString(CultureInfo.InvariantCulture)} {d.Key}{(d.Value == 1 ? "" : "s")}"));
}
