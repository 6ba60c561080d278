using System.Text;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Redis;

/// <summary>
/// The same question or act on every node. All are asked, whatever one of them says; then the worst of what went wrong is told: a node that does not answer may have the account wide open.
/// </summary>
internal sealed class RedisConnector(IReadOnlyList<RedisNode> nodes, RedisSettings settings) : IConnector
{
    private const int PageSize = 500;
    private const string CursorPrefix = "after-";

    private static readonly Outcome[] WorstFirst = [Outcome.Unauthorized, Outcome.Indeterminate, Outcome.Transient, Outcome.Rejected];

    public async Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
        => AclNames.IsPossible(matchValue) && (await EverywhereAsync(node => AclUser.ReadAsync(node, matchValue, cancellationToken))).Any(user => user is not null) ? [new AccountRef(matchValue, matchValue)] : [];

    public async Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken)
    {
        if (!AclNames.IsPossible(accountId))
        {
            return null;
        }

        var read = await EverywhereAsync(async node => (
            Node: node,
            User: await AclUser.ReadAsync(node, accountId, cancellationToken),
            Sessions: await RedisSessions.CountAsync(node, accountId, cancellationToken)));
        var users = read.Where(one => one.User is not null).Select(one => new { one.Node, User = one.User! }).ToList();
        return users.Count == 0 ? null : new AccountState
        {
            Account = new AccountRef(accountId, accountId),
            Enabled = users.Exists(one => one.User.On),
            Critical = IsCritical(accountId),
            Credentials = users.Sum(one => one.User.Credentials),
            LiveSessions = read.Any(one => one.Sessions is null) ? null : read.Sum(one => one.Sessions),
            Entitlements = [.. users.SelectMany(one => one.User.Rules.Allowing).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(rule => new Entitlement(rule, rule))],
            RestoreAttributes = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [RememberedUser.Attribute] = RememberedUser.Write(users.Select(one => new RememberedUser(one.Node.Name, one.User.On, one.User.Rules))),
            },
            Details = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["on-nodes"] = string.Join(", ", users.Select(one => $"{one.Node.Name} ({(one.User.On ? "on" : "off")})")),
                ["rules"] = string.Join("; ", users.Select(one => string.Join(' ', one.User.Rules.Commands)).Distinct(StringComparer.Ordinal)),
            },
        };
    }

    public Task ActAsync(ActRequest request, CancellationToken cancellationToken)
        => EverywhereAsync(async node =>
        {
            await UserActions.ActAsync(node, request, cancellationToken);
            return true;
        });

    public async Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken)
    {
        var after = cursor is null ? "" : After(cursor);
        var lines = (await EverywhereAsync(async node => (string[])(await node.AskAsync("ACL", ["LIST"], cancellationToken))!)).SelectMany(node => node);

        // user NAME on|off …: https://redis.io/docs/latest/commands/acl-list/
        var users = lines.Select(line => line.Split(' ', 4)).Where(words => words.Length >= 3).GroupBy(words => words[1], words => words[2] == "on", StringComparer.Ordinal)
            .Where(user => string.CompareOrdinal(user.Key, after) > 0).OrderBy(user => user.Key, StringComparer.Ordinal).Take(PageSize)
            .Select(user => new ListedAccount(new AccountRef(user.Key, user.Key), user.Any(on => on), user.Key) { Critical = IsCritical(user.Key) }).ToList();
        return new AccountPage(users, users.Count == PageSize ? CursorPrefix + Convert.ToHexString(Encoding.UTF8.GetBytes(users[^1].Account.Id)) : null);
    }

    public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken) => RedisCheck.RunAsync(nodes, settings, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    private static string After(string cursor)
    {
        try
        {
            return cursor.StartsWith(CursorPrefix, StringComparison.Ordinal) ? Encoding.UTF8.GetString(Convert.FromHexString(cursor.AsSpan(CursorPrefix.Length))) : throw new SystemFaultException(Fault.BadCursor());
        }
        catch (FormatException)
        {
            throw new SystemFaultException(Fault.BadCursor());
        }
    }

    private bool IsCritical(string name) => name == AclNames.Default || name == settings.User;

    private async Task<IReadOnlyList<T>> EverywhereAsync<T>(Func<RedisNode, Task<T>> work)
    {
        var answers = await Task.WhenAll(nodes.Select(async node =>
        {
            try
            {
                return (Value: await work(node), Error: null);
            }
            catch (SystemFaultException error)
            {
                return (Value: default(T), Error: (SystemFaultException?)error);
            }
        }));
        var worst = answers.Select(answer => answer.Error).OfType<SystemFaultException>().MinBy(error => Array.IndexOf(WorstFirst, error.Fault.Outcome));
        return worst is null ? [.. answers.Select(answer => answer.Value!)] : throw new SystemFaultException(worst.Fault, worst);
    }
}
