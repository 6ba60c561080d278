using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Reconciling;

/// <summary>Where a reconciliation stands.</summary>
public enum ReconciliationStatus
{
    /// <summary>A page is asked for, or will be.</summary>
    Running,

    /// <summary>Every page was read, and the list can be believed.</summary>
    Complete,

    /// <summary>Nothing may be concluded from what was not in the list. What was seen was seen.</summary>
    Inconclusive,

    /// <summary>A person stopped it.</summary>
    Cancelled,
}

/// <summary>Why a reconciliation came to no conclusion.</summary>
public enum InconclusiveReason
{
    /// <summary>The list was empty: no system in use has no account.</summary>
    EmptyList,

    /// <summary>The canary was not in it: the credential sees too little, or the list is another one.</summary>
    CanaryNotListed,

    /// <summary>It had far fewer accounts than the last complete one.</summary>
    ListShrank,

    /// <summary>A page could not be read.</summary>
    Fault,

    /// <summary>The list had to begin anew more often than is tried.</summary>
    CursorExpired,

    /// <summary>Nobody answered, or the system could not be asked, for too long.</summary>
    NoAnswer,
}

/// <summary>One comparison of a system's accounts with the registry. Immutable; <see cref="ReconciliationTransitions"/> gives the next one.</summary>
public sealed record Reconciliation
{
    public required ReconciliationId Id { get; init; }

    public required SystemName System { get; init; }

    public required ReconciliationStatus Status { get; init; }

    /// <summary>The question that is open: what answers another one is late, and changes nothing.</summary>
    public required int Page { get; init; }

    /// <summary>Where the page begins; null: at the beginning.</summary>
    public string? Cursor { get; init; }

    /// <summary>When the page is asked for, again where its answer did not come, UTC; null: it is over.</summary>
    public DateTimeOffset? AskAt { get; init; }

    /// <summary>How often the list began anew.</summary>
    public int Restarts { get; init; }

    /// <summary>Passing faults in a row.</summary>
    public int Failures { get; init; }

    /// <summary>Whether somebody said that the list is right though it shrank.</summary>
    public bool ShrunkIsRight { get; init; }

    /// <summary>What was listed since the list began, the last time.</summary>
    public ListCounts Listed { get; init; } = new();

    /// <summary>The findings of the whole run, each account once.</summary>
    public FindingCounts Found { get; init; } = new();

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the last answer came, UTC; at first, when it began.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public required Act Asked { get; init; }

    /// <summary>Null unless <see cref="ReconciliationStatus.Inconclusive"/>.</summary>
    public InconclusiveReason? Reason { get; init; }

    /// <summary>One sentence on how it ended; null while it runs.</summary>
    public string? Detail { get; init; }

    public bool IsOver => Status is not ReconciliationStatus.Running;
}

/// <summary>How many accounts a list had, by what they are. An account that a system lists twice counts twice.</summary>
public sealed record ListCounts(int Pages = 0, int Accounts = 0, int AccountedFor = 0, int Disabled = 0, int Protected = 0, int Canaries = 0)
{
    public ListCounts With(IReadOnlyList<ReconciledAccount> page)
        => new(
            Pages + 1, Accounts + page.Count, AccountedFor + Of(page, AccountStanding.AccountedFor), Disabled + Of(page, AccountStanding.Disabled),
            Protected + Of(page, AccountStanding.Protected), Canaries + Of(page, AccountStanding.Canary));

    private static int Of(IReadOnlyList<ReconciledAccount> page, AccountStanding standing) => page.Count(a => a.Standing == standing);
}

/// <summary>How many findings of each kind there are.</summary>
public sealed record FindingCounts(int Orphans = 0, int LeaversActive = 0, int Unknown = 0)
{
    public int All => Orphans + LeaversActive + Unknown;

    public FindingCounts With(IReadOnlyList<ReconciledAccount> page)
        => new(
            Orphans + page.Count(a => a.Standing is AccountStanding.Orphan), LeaversActive + page.Count(a => a.Standing is AccountStanding.LeaverActive),
            Unknown + page.Count(a => a.Standing is AccountStanding.Unknown));
}
