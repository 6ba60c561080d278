using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using MySqlConnector;

namespace Deprovisioner.Connectors.MySql;

/// <summary>
/// Reading accounts. Names are compared as bytes: the columns' own collations take <c>ada</c> and <c>ada </c> for the same.
/// </summary>
internal static class Accounts
{
    /// <summary>The detail, and the restore attribute, that say which entries an account has.</summary>
    public const string Hosts = "hosts";

    public static async Task<IReadOnlyList<HostEntry>> EntriesAsync(MySqlConnection connection, ServerDialect dialect, string name, CancellationToken cancellationToken)
    {
        // The anonymous user's name is empty, and it is nobody. The tables hold no sign beyond the basic plane (utf8mb3), and half of a pair would be sent as another sign.
        if (name.Length == 0 || name.Any(c => c == '\0' || char.IsSurrogate(c)))
        {
            return [];
        }

        return await Sql.RowsAsync(connection, $"{dialect.EntriesSql} and cast(User as binary) = cast(@name as binary) order by Host", dialect.Entry, cancellationToken, ("@name", name));
    }

    /// <summary>The account's state; null: it has no entry.</summary>
    public static async Task<AccountState?> ReadAsync(MySqlConnection connection, ServerDialect dialect, string name, CancellationToken cancellationToken)
    {
        var bare = await EntriesAsync(connection, dialect, name, cancellationToken);
        if (bare.Count == 0)
        {
            return null;
        }

        var entries = await Privileges.OfAsync(connection, dialect, bare, cancellationToken);
        return new AccountState
        {
            Account = new AccountRef(name, name),
            Enabled = entries.Any(entry => !entry.Locked),
            Critical = IsCritical(dialect, name, await OwnNamesAsync(connection, cancellationToken)),
            LiveSessions = (await Sessions.OfAsync(connection, name, cancellationToken))?.Count,
            Credentials = entries.Sum(entry => entry.Methods.Count),
            Entitlements = [.. entries.SelectMany(entry => entry.Grants.Keys).Distinct().OrderBy(grant => grant.Id, StringComparer.Ordinal).Select(grant => new Entitlement(grant.Id, grant.Name))],
            RestoreAttributes = new Dictionary<string, string>(StringComparer.Ordinal) { [Remembered.Attribute] = Remembered.Write(entries) },
            Details = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [Hosts] = HostsOf(entries),
                ["locked-hosts"] = entries.Count(entry => entry.Locked).ToString(CultureInfo.InvariantCulture),
                ["sign-in-by"] = string.Join(", ", entries.SelectMany(entry => entry.Methods).Distinct(StringComparer.Ordinal)) is { Length: > 0 } methods ? methods : "nothing",
            },
        };
    }

    public static string HostsOf(IEnumerable<HostEntry> entries) => string.Join(", ", entries.Select(entry => JsonSerializer.Serialize(entry.Host)));

    /// <summary>The entries as they are now, if they are still those of the state that was read.</summary>
    public static async Task<IReadOnlyList<HostEntry>> SameEntriesAsync(MySqlConnection connection, ServerDialect dialect, AccountState before, CancellationToken cancellationToken)
    {
        var entries = await EntriesAsync(connection, dialect, before.Account.Name, cancellationToken);
        return entries.Count == 0 || HostsOf(entries) == before.Details.GetValueOrDefault(Hosts)
            ? entries
            : throw new SystemFaultException(new Fault(Outcome.Transient, "account-changed", "The account has other hosts than a moment ago; nothing was done."));
    }

    /// <summary>A page of accounts by their names' bytes, after one name.</summary>
    public static async Task<AccountPage> PageAsync(MySqlConnection connection, ServerDialect dialect, string after, int size, CancellationToken cancellationToken)
    {
        var own = await OwnNamesAsync(connection, cancellationToken);
        var names = await Sql.RowsAsync(
            connection,
            $"select distinct cast(User as binary) from ({dialect.EntriesSql}) as entries where cast(User as binary) > cast(@after as binary) order by 1 limit {size.ToString(CultureInfo.InvariantCulture)}",
            row => Encoding.UTF8.GetString((byte[])row[0]),
            cancellationToken,
            ("@after", after));
        if (names.Count == 0)
        {
            return new AccountPage([], null);
        }

        var entries = await Sql.RowsAsync(
            connection,
            $"{dialect.EntriesSql} and cast(User as binary) between cast(@first as binary) and cast(@last as binary)",
            dialect.Entry, cancellationToken, ("@first", names[0]), ("@last", names[^1]));
        var enabled = entries.Where(entry => !entry.Locked).Select(entry => entry.User).ToHashSet(StringComparer.Ordinal);
        return new AccountPage(
            [.. names.Select(name => new ListedAccount(new AccountRef(name, name), enabled.Contains(name), name) { Critical = IsCritical(dialect, name, own) })],
            names.Count == size ? Cursor(names[^1]) : null);
    }

    public static string Cursor(string name) => $"after-{Convert.ToHexString(Encoding.UTF8.GetBytes(name))}";

    /// <exception cref="SystemFaultException">It is no cursor of ours.</exception>
    public static string After(string cursor)
    {
        try
        {
            return cursor.StartsWith("after-", StringComparison.Ordinal) ? Encoding.UTF8.GetString(Convert.FromHexString(cursor.AsSpan(6))) : throw new SystemFaultException(Fault.BadCursor());
        }
        catch (FormatException)
        {
            throw new SystemFaultException(Fault.BadCursor());
        }
    }

    private static bool IsCritical(ServerDialect dialect, string name, IReadOnlyList<string> own)
        => dialect.BuiltIn.Contains(name, StringComparer.Ordinal) || own.Contains(name, StringComparer.Ordinal);

    /// <summary>Whom we signed in as, and whose rights that gave us; a host holds no at sign.</summary>
    private static async Task<IReadOnlyList<string>> OwnNamesAsync(MySqlConnection connection, CancellationToken cancellationToken)
        => (await Sql.RowsAsync(connection, "select current_user(), session_user()", Both, cancellationToken)).Single();

    private static IReadOnlyList<string> Both(DbDataReader row) => [User(row.GetString(0)), User(row.GetString(1))];

    private static string User(string account) => account[..Math.Max(0, account.LastIndexOf('@'))];
}
