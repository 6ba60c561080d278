namespace Deprovisioner.Contracts;

/// <summary>Orchestrator to connector host: one page of all accounts of a system. Changes nothing there.</summary>
/// <param name="System">The system.</param>
/// <param name="ReconciliationId">For what the page is asked.</param>
/// <param name="Page">Which question it is, from 1; rises with each new one, and stays where one that was not answered is asked again.</param>
/// <param name="Cursor">Null for the first page of the list, else what the page before gave.</param>
public sealed record ListAccounts(SystemName System, ReconciliationId ReconciliationId, int Page, string? Cursor);

/// <summary>Connector host to orchestrator: the page that was asked for, or the fault in place of one.</summary>
public sealed record AccountsListed
{
    public required SystemName System { get; init; }

    public required ReconciliationId ReconciliationId { get; init; }

    /// <summary>That of the question.</summary>
    public required int Page { get; init; }

    public IReadOnlyList<AccountListing> Accounts { get; init; } = [];

    /// <summary>Null after the last page, and where there is a fault.</summary>
    public string? NextCursor { get; init; }

    /// <summary>Null: the page was read.</summary>
    public ListingFault? Fault { get; init; }
}

/// <summary>An account in a list, as the system has it. Untrusted text.</summary>
/// <param name="AccountId">The system's immutable id.</param>
/// <param name="Name">The name a person would know it by.</param>
/// <param name="Enabled">Whether one can sign in with it.</param>
/// <param name="MatchValue">What a person's account is found by; null where the account has no such value.</param>
/// <param name="Protected">Whether it is never touched: the system guards it, or the host's list of protected accounts names it.</param>
public sealed record AccountListing(string AccountId, string Name, bool Enabled, string? MatchValue, bool Protected = false);

/// <summary>Why a page could not be read.</summary>
/// <param name="Outcome">As for a step.</param>
/// <param name="Code">A short stable word, such as <c>unreachable</c>.</param>
/// <param name="Message">One sentence for a person, without secrets.</param>
/// <param name="RetryAt">For <see cref="Outcome.Throttled"/>: not before, UTC; null: the system gave no time.</param>
public sealed record ListingFault(Outcome Outcome, string Code, string Message, DateTimeOffset? RetryAt = null)
{
    /// <summary>The list that the cursor belongs to is not under way any more: it begins anew with the first page.</summary>
    public const string CursorExpired = "cursor-expired";
}
