using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>
/// Which accounts a step is about. A guess here cuts off somebody else, so there is none: what was found must be exactly what is known,
/// or one account where nothing is known.
/// </summary>
/// <param name="Accounts">The ids to handle; empty: there is no such account.</param>
/// <param name="Unseen">Whether something that should be there was not seen, so that the canary has to vouch for what the credential sees.</param>
/// <param name="Ambiguity">Why nothing may be touched; null: it is clear.</param>
internal sealed record AccountSearch(IReadOnlyList<string> Accounts, bool Unseen, string? Ambiguity)
{
    /// <param name="known">Ids already bound to this person, and whether each still exists.</param>
    /// <param name="matches">What the match value found.</param>
    /// <param name="matchIsShared">Whether the match value is another active person's too.</param>
    /// <param name="shared">Known ids that are another active person's too.</param>
    public static AccountSearch Decide(IReadOnlyDictionary<string, bool> known, IReadOnlyList<AccountRef> matches, bool matchIsShared = false, IReadOnlyList<string>? shared = null)
    {
        var found = matches.Select(m => m.Id).Distinct(StringComparer.Ordinal).ToList();
        var strangers = found.Where(id => !known.ContainsKey(id)).ToList();
        var alive = known.Where(k => k.Value).Select(k => k.Key).ToList();
        var gone = known.Count - alive.Count;

        if (strangers.Count > 0 && found.Count > 1)
        {
            return Unclear($"{found.Count} accounts match where one should, and {strangers.Count} of them are not known to be this person's.");
        }

        if (strangers.Count > 0 && gone > 0)
        {
            return Unclear("A known account is gone and another one matches now: the name may have been given to somebody else.");
        }

        if (strangers.Count > 0 && matchIsShared)
        {
            return Unclear("The account was found by something that another active person has too: it may be theirs.");
        }

        if (shared is { Count: > 0 } && alive.Exists(id => shared.Contains(id, StringComparer.OrdinalIgnoreCase)))
        {
            return Unclear("The account is known as another active person's too.");
        }

        // An everyday account that matches, beside known ones that do not (an admin account), is the usual case and no ambiguity.
        IReadOnlyList<string> accounts = [.. alive, .. strangers];
        return new AccountSearch(accounts, Unseen: accounts.Count == 0 || gone > 0, Ambiguity: null);
    }

    private static AccountSearch Unclear(string why) => new([], Unseen: false, why);
}
