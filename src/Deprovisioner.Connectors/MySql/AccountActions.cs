using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using MySqlConnector;

namespace Deprovisioner.Connectors.MySql;

/// <summary>What is done to all entries of an account. Each statement is committed by itself.</summary>
internal sealed class AccountActions(MySqlConnection connection, ServerDialect dialect, CancellationToken cancellationToken)
{
    /// <summary>https://mariadb.com/kb/en/account-locking/, https://dev.mysql.com/doc/refman/8.4/en/account-locking.html</summary>
    public async Task DisableAsync(ActRequest request)
    {
        var entries = await EntriesAsync(request);
        await EachAsync(entries, "alter user %A account lock");
        Definers.Tell(await Definers.OfAsync(connection, dialect, entries, cancellationToken), dialect, request.FollowUp);
    }

    public async Task RevokeCredentialsAsync(ActRequest request)
    {
        var entries = await EntriesAsync(request);
        foreach (var template in dialect.RevokeCredentials)
        {
            await EachAsync(entries, template);
        }
    }

    /// <summary>
    /// All at once needs no other right than CREATE USER; one by one, each privilege with its grant option. What the first leaves (proxies, MySQL's roles) is then
    /// taken one by one. https://mariadb.com/kb/en/revoke/, https://dev.mysql.com/doc/refman/8.4/en/revoke.html
    /// </summary>
    public async Task RemoveEntitlementsAsync(ActRequest request)
    {
        var entries = await Privileges.OfAsync(connection, dialect, await EntriesAsync(request), cancellationToken);
        if (request.OnlyEntitlements is null)
        {
            await EachAsync(entries, "revoke all privileges, grant option from %A");
            entries = await Privileges.OfAsync(connection, dialect, entries, cancellationToken);
        }

        bool Goes(Grant grant) => request.OnlyEntitlements?.Contains(grant.Id) ?? true;

        // A default role outlasts the membership, and would be in force again with it.
        var defaults = entries.Where(entry => entry.DefaultRoles.Any(role => Goes(new Grant(GrantLevel.Role, "ROLE", [.. role]))));
        await Sql.EachAsync(
            connection,
            [
                .. entries.SelectMany(entry => entry.Grants.Keys.Where(Goes).Select(grant => grant.Revoke(dialect, entry))),
                .. defaults.Select(entry => Written(dialect.NoDefaultRole, entry)),
            ],
            cancellationToken);
    }

    /// <summary>Sessions outlive their account, and nobody could tell afterwards whose they were: they end before it does, and after it nobody gets in.</summary>
    public async Task DeleteAsync(ActRequest request)
    {
        var entries = await EntriesAsync(request);
        var name = request.Before.Account.Name;
        Definers.RefuseIfAny(await Definers.OfAsync(connection, dialect, entries, cancellationToken), dialect);
        if (dialect.MembersSql is { } sql && (await Sql.RowsAsync(connection, sql, static row => row.GetInt64(0), cancellationToken, ("@name", name))).Single() > 0)
        {
            throw new SystemFaultException(new Fault(Outcome.Rejected, "has-members", "Other accounts have this one as a role and would lose what it gives them: revoke that first."));
        }

        await EachAsync(entries, "alter user %A account lock");
        await Sessions.EndAsync(connection, name, cancellationToken);
        await EachAsync(entries, "drop user %A");
    }

    /// <summary>Puts back, on the entries that the snapshot names, the lock as it was and what was held there. A password cannot be put back.</summary>
    public async Task RestoreAsync(ActRequest request, AccountSnapshot snapshot)
    {
        var remembered = Remembered.Read(snapshot.Attributes.GetValueOrDefault(Remembered.Attribute))
            ?? throw Rejected("bad-snapshot", "The snapshot does not say what each of the account's hosts had.");
        var entries = await Privileges.OfAsync(connection, dialect, await EntriesAsync(request), cancellationToken);
        if (!remembered.Select(r => r.Host).Order(StringComparer.Ordinal).SequenceEqual(entries.Select(e => e.Host).Order(StringComparer.Ordinal), StringComparer.Ordinal))
        {
            throw Rejected("account-changed", "The account has other hosts than it had: its name may have been given to somebody else. Restore it by hand, or resolve.");
        }

        // Written in full first: what cannot be put back is refused before anything is.
        var pairs = remembered.Select(then => (Then: then, Now: entries.First(e => e.Host == then.Host))).ToList();
        IReadOnlyList<string> grants = [.. pairs.SelectMany(pair => Grants(pair.Then, pair.Now, snapshot))];
        var refused = await Sql.TryEachAsync(connection, grants, cancellationToken);
        if (await Sql.TryEachAsync(connection, pairs.SelectMany(pair => DefaultRoles(pair.Then, pair.Now)), cancellationToken) is { } left)
        {
            // No right by itself, and so nothing that reading back would miss.
            request.FollowUp($"Which role is the account's default could not be set again: {left.Message}");
        }

        await EachAsync(pairs.Where(pair => snapshot.Enabled && !pair.Then.Locked && pair.Now.Locked).Select(pair => pair.Now), "alter user %A account unlock");
        if (refused is not null)
        {
            throw new SystemFaultException(refused);
        }

        if (request.Before.Credentials is 0)
        {
            request.FollowUp("No way to sign in is left: give the account a new password.");
        }
    }

    private IEnumerable<string> Grants(Remembered then, HostEntry now, AccountSnapshot snapshot)
    {
        foreach (var id in then.Held.Intersect(snapshot.Entitlements, StringComparer.Ordinal))
        {
            var grant = Grant.Parse(id) ?? throw Rejected("bad-snapshot", "The snapshot names something that is no privilege.");
            if (now.Grants.ContainsKey(grant))
            {
                continue;
            }

            if (then.PartialRevokes && grant.Level == GrantLevel.Global)
            {
                throw Rejected("partial-revokes", "The account's global privileges had exceptions (partial revokes), without which they would reach further than before: grant them by hand.");
            }

            yield return grant.Give(dialect, now, then.PassOn.Contains(id, StringComparer.Ordinal));
        }
    }

    private IEnumerable<string> DefaultRoles(Remembered then, HostEntry now)
    {
        if (then.DefaultRoles.Count > 0 && now.DefaultRoles.Count == 0)
        {
            yield return Written(dialect.DefaultRole.Replace("%R", string.Join(", ", then.DefaultRoles.Select(role => dialect.Role(role[0], role[1]))), StringComparison.Ordinal), now);
        }
    }

    private static SystemFaultException Rejected(string code, string message) => new(new Fault(Outcome.Rejected, code, message));

    private static string Written(string template, HostEntry entry)
    {
        // Not by Replace on what was replaced before: a role's or a host's name may hold any text.
        var at = template.LastIndexOf("%A", StringComparison.Ordinal);
        return string.Concat(template.AsSpan(0, at), entry.Account, template.AsSpan(at + 2));
    }

    private Task EachAsync(IEnumerable<HostEntry> entries, string template) => Sql.EachAsync(connection, entries.Select(entry => Written(template, entry)), cancellationToken);

    private Task<IReadOnlyList<HostEntry>> EntriesAsync(ActRequest request) => Accounts.SameEntriesAsync(connection, dialect, request.Before, cancellationToken);
}
