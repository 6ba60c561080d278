using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest;

/// <summary>Finds and reads accounts.</summary>
internal sealed class RestAccounts(Declaration declaration, RestClient client, RestPages pages, RestSettings settings, TimeProvider clock)
{
    /// <summary>Servers commonly refuse addresses of 8,000 characters, some of half that, and an escaped character is nine.</summary>
    private const int LongestAsked = 300;

    private readonly string? own = declaration.Account.Own is { } template ? Rendered.Text(template, Place.Plain, settings.Values) : null;

    public async Task<IReadOnlyList<AccountRef>> FindAsync(string value, CancellationToken cancellationToken)
    {
        // An empty value is nobody's name, and everybody's who lacks the attribute. Half of a surrogate pair is no text, and so nobody's either.
        if (value.Length == 0 || !Rendered.IsWhole(value))
        {
            return [];
        }

        var find = declaration.Find[settings.Attribute];
        var comparison = find.CaseMatters ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return [.. (await ShownAsync(find, value, cancellationToken))
            .Where(account => find.ValueAt.In(account).Select(Location.Plain).Any(text => value.Equals(text, comparison)) && !declaration.Account.GoneWhen.AnyHolds(account, settings.Values))
            .Select(Ref)
            .DistinctBy(account => account.Id)];
    }

    /// <summary>
    /// What the system shows to the search, or else all accounts: a server that does not undo escapes, or that cannot be asked by such a value at all, must not pass for one that
    /// has no such account.
    /// </summary>
    private async Task<IReadOnlyList<JsonNode>> ShownAsync(DeclaredFind find, string value, CancellationToken cancellationToken)
    {
        // PostgreSQL, in which many of them look it up, has no NUL in a text (https://www.postgresql.org/docs/current/datatype-character.html): they fail on it, and would at every attempt.
        if (value.Length <= LongestAsked && !value.Contains('\0', StringComparison.Ordinal))
        {
            var escaped = value.Any(c => c is '"' or '\'' or '\\' || char.IsControl(c));
            try
            {
                var found = await pages.AllAsync(find, settings.Values.With("value", value), cancellationToken);
                if (found.Count > 0 || !escaped)
                {
                    return found;
                }
            }
            catch (SystemFaultException error) when (error.Fault is { Outcome: Outcome.Rejected, Code: "unsafe-value" } || (escaped && error.Fault.Outcome == Outcome.Rejected))
            {
                // It is looked for among all of them.
            }
        }

        return await pages.AllAsync(declaration.List, settings.Values, cancellationToken);
    }

    /// <summary>The account as the system shows it; null where it does not exist (any more).</summary>
    public async Task<JsonNode?> BodyAsync(string id, CancellationToken cancellationToken)
    {
        var reply = await client.SendAsync(declaration.Read, settings.Values.With("id", id), writes: false, cancellationToken);
        if (reply.Nothing || reply.Status is 404 or 410)
        {
            return null;
        }

        var account = declaration.Read.AccountAt.In(reply.OrThrow().Body).FirstOrDefault() ?? throw RestFaults.NotAsDeclared("there is no account in it");

        // A server that reads an id as a search, or as an alias, shows somebody else.
        return declaration.Account.Id.TextIn(account) == id
            ? declaration.Account.GoneWhen.AnyHolds(account, settings.Values) ? null : account
            : throw RestFaults.NotAsDeclared("it shows another account than the one that was asked for");
    }

    public async Task<AccountState?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        if (await BodyAsync(id, cancellationToken) is not { } account)
        {
            return null;
        }

        var holdings = new RestHoldings(pages, Of(account), account);
        var held = await holdings.OfAsync(declaration.Entitlements, cancellationToken);
        var declared = declaration.Account;
        return new AccountState
        {
            Account = Ref(account),
            OtherNames = OtherNames(account),
            Enabled = !declared.DisabledWhen.AnyHolds(account, settings.Values),
            Critical = IsCritical(account),
            Entitlements = [.. held.Select(h => h.Entitlement)],
            RestoreAttributes = held.Where(h => h.Kept is not null).DistinctBy(h => h.Entitlement.Id).ToDictionary(h => h.Entitlement.Id, h => h.Kept!),
            LiveSessions = await holdings.CountAsync(declaration.Sessions, cancellationToken),
            Credentials = await holdings.CountAsync(declaration.Credentials, cancellationToken),
            Licences = await holdings.CountAsync(declaration.Licences, cancellationToken),
            OwnedObjects = await holdings.CountAsync(declaration.Owned, cancellationToken),
            ResidualUntil = clock.GetUtcNow() + declared.ResidualAccess,
            Details = declared.Evidence.ToDictionary(e => e.Key, e => e.Value.TextIn(account) ?? "not shown"),
        };
    }

    public async Task<AccountPage> ListAsync(NextPage? from, CancellationToken cancellationToken)
    {
        var (accounts, next) = await pages.PageAsync(declaration.List, settings.Values, from, cancellationToken);
        var match = declaration.Find[settings.Attribute].ValueAt;
        return new AccountPage(
            [.. accounts.Where(account => !declaration.Account.GoneWhen.AnyHolds(account, settings.Values)).Select(account => new ListedAccount(Ref(account), !declaration.Account.DisabledWhen.AnyHolds(account, settings.Values), match.TextIn(account))
            {
                OtherNames = OtherNames(account),
                Critical = IsCritical(account),
            })],
            next is null ? null : PageCursor.Write(next));
    }

    /// <summary>What templates may name of an account.</summary>
    public Scope Of(JsonNode account)
    {
        var known = Ref(account);
        return settings.Values.With("id", known.Id).With("name", known.Name).With("account", account);
    }

    private AccountRef Ref(JsonNode account)
    {
        var id = declaration.Account.Id.TextIn(account) is { Length: > 0 } text ? text : throw RestFaults.NotAsDeclared($"there is no {declaration.Account.Id} in an account");
        return new AccountRef(id, declaration.Account.Name.TextIn(account) ?? id);
    }

    private bool IsCritical(JsonNode account)
        => declaration.Account.CriticalWhen.AnyHolds(account, settings.Values)
            || (own is not null && Ref(account) is var known && OtherNames(account).Append(known.Id).Append(known.Name).Contains(own, StringComparer.OrdinalIgnoreCase));

    private IReadOnlyList<string> OtherNames(JsonNode account)
        => [.. declaration.Account.Names.Concat(declaration.Find.Values.Select(f => f.ValueAt)).SelectMany(at => at.In(account)).Select(Location.Plain).OfType<string>().Where(name => name.Length > 0).Distinct()];
}
