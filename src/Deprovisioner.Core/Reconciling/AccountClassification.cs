using System.Globalization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Reconciling;

// Theory of operation. An account is whose its immutable id says, if that is known of exactly one person and what it is found by does not speak for somebody else; else it is whose the match value
// says, if that is exactly one person's. Everything else that one can sign in with is unknown: a guess here would send somebody after the wrong account. Nothing is concluded from
// accounts that are not in the list.

/// <summary>What a listed account is to us.</summary>
public static class AccountClassification
{
    /// <param name="account">As the system listed it.</param>
    /// <param name="owners">Whose it may be.</param>
    /// <param name="terms">What the configuration says.</param>
    /// <param name="now">UTC.</param>
    public static ReconciledAccount Of(AccountListing account, AccountOwners owners, ReconciliationTerms terms, DateTimeOffset now)
    {
        if (IsCanary(account, terms))
        {
            return new(account, AccountStanding.Canary);
        }

        if (account.Protected || terms.Protected.Covering(terms.System, [account.AccountId, account.Name, .. account.MatchValue is { } value ? new[] { value } : []]) is not null)
        {
            return new(account, AccountStanding.Protected);
        }

        if (!account.Enabled)
        {
            return new(account, owners is { ByAccountId: [], ByMatchValue: [] } ? AccountStanding.Disabled : AccountStanding.AccountedFor);
        }

        return Doubt(account, owners) is { } doubt ? new(account, AccountStanding.Unknown, Detail: doubt)
            : owners.ByAccountId.Concat(owners.ByMatchValue).FirstOrDefault() is { } owner ? OfOwner(account, owner, byId: owners.ByAccountId.Count > 0, terms, now)
            : new(account, AccountStanding.Orphan, Detail: "Nobody in the registry is found by what this account is matched by, or known by its id.");
    }

    private static bool IsCanary(AccountListing account, ReconciliationTerms terms)
        => terms.Canary is { } canary && string.Equals(account.MatchValue, canary, StringComparison.OrdinalIgnoreCase);

    /// <summary>Why it cannot be said whose it is; null: it is one person's or nobody's.</summary>
    private static string? Doubt(AccountListing account, AccountOwners owners)
        => owners switch
        {
            { ByAccountId.Count: > 1 } => $"The account's id is known as that of several people: {Names(owners.ByAccountId)}.",
            { ByAccountId: [var known], ByMatchValue: { Count: > 0 } matches } when !matches.Any(m => m.Id == known.Id)
                => $"The account's id is known as {known.Id}'s, and what it is found by is that of {Names(matches)}: it may have been handed on.",
            { ByAccountId: [], ByMatchValue.Count: > 1 } => $"What the account is found by is that of several people: {Names(owners.ByMatchValue)}.",
            { ByAccountId: [], ByMatchValue: [] } when string.IsNullOrWhiteSpace(account.MatchValue) => "The account has no value by which people are found on this system, and nobody is known by its id.",
            _ => null,
        };

    private static ReconciledAccount OfOwner(AccountListing account, RegisteredPerson owner, bool byId, ReconciliationTerms terms, DateTimeOffset now)
    {
        var presence = Presence.Of(owner.Person, now, terms.Bridge);
        if (presence.IsJustified || presence.EndsAt is not { } ended)
        {
            // Who has not begun yet has not left either.
            return new(account, AccountStanding.AccountedFor);
        }

        // Of somebody who works here, an account beside the known ones is usual. Of somebody who left, it may be whoever has the name now.
        return !byId && owner.HasKnownAccounts
            ? new(account, AccountStanding.Unknown, Detail: $"{owner.Id} has left and is found by this account's match value, but is known by another account: the name may be somebody else's now.")
            : new(account, AccountStanding.LeaverActive, owner.Id, owner.Cut?.Id, $"{owner.Id} left at {Time(ended)}. {Words(owner.Cut)}", Next(owner));
    }

    private static string Words(LeaverCut? cut)
        => cut switch
        {
            null => "No leaver saga was ever planned.",
            { DisabledAt: { } at } => $"The account was disabled at {Time(at)}, and is enabled again or another one.",
            _ => $"The leaver saga is {EnumText.Of(cut.Status)}, and has not disabled it here.",
        };

    private static string Next(RegisteredPerson owner)
        => owner.Cut switch
        {
            null => $"deprovisioner people show {owner.Id}",
            { Status: SagaStatus.NeedsAttention, DisabledAt: null } cut => $"deprovisioner replay {cut.Id}",
            var cut => $"deprovisioner sagas show {cut.Id}",
        };

    private static string Names(IReadOnlyList<RegisteredPerson> people) => string.Join(", ", people.Select(p => p.Id.Value).Order(StringComparer.Ordinal).Take(5));

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
