using System.Text.Json.Nodes;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Reconciling;

// Theory of operation. A run has one open question at a time, with a number that rises with each answer that is taken, a fault too: so an answer that is redelivered, comes late or comes twice is
// refused by its number. A question without an answer is asked again under the same number; whichever answer comes first counts. A list that has to begin anew keeps the findings of accounts
// that were seen. Only a list that was read to its end, has accounts, has the canary and did not shrink is complete.

/// <summary>A reconciliation's next state. It never changes an account, and opens no saga.</summary>
public static class ReconciliationTransitions
{
    /// <summary>Passing faults in a row before it ends: with the pauses between them, half a minute, in which a server is restarted and a host's open circuit tries again.</summary>
    public const int MostFailures = 5;

    /// <summary>A system whose cursors expire again and again is not read to its end by trying more often.</summary>
    public const int MostRestarts = 1;

    /// <summary>Without an answer for so long, somebody must look at why; a paused system is waited for no longer either.</summary>
    public static readonly TimeSpan MostSilence = TimeSpan.FromHours(1);

    /// <summary>After the first passing fault; doubled after each further one.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);

    public static ReconciliationDecision Begin(ReconciliationId id, SystemName system, Act asked, bool shrunkIsRight, DateTimeOffset now)
    {
        var run = new Reconciliation
        {
            Id = id,
            System = system,
            Status = ReconciliationStatus.Running,
            Page = 1,
            AskAt = now,
            ShrunkIsRight = shrunkIsRight,
            StartedAt = now,
            UpdatedAt = now,
            Asked = asked,
        };
        return new(run, Audit: new AuditEntry("reconciliation-begun", new JsonObject { ["run"] = id.ToString(), ["system"] = system.Value, ["who"] = asked.Who, ["why"] = asked.Why }));
    }

    /// <summary>A page was read.</summary>
    /// <param name="run">As it stands.</param>
    /// <param name="page">The question that this answers.</param>
    /// <param name="accounts">What it had, each account once.</param>
    /// <param name="nextCursor">Null: it was the last page.</param>
    /// <param name="elsewhere">The run's findings about other accounts than these.</param>
    /// <param name="last">What the list is measured against at its end.</param>
    /// <param name="now">UTC.</param>
    public static ReconciliationDecision Read(
        Reconciliation run, int page, IReadOnlyList<ReconciledAccount> accounts, string? nextCursor, FindingCounts elsewhere, ListExpectation last, DateTimeOffset now)
    {
        if (Late(run, page) is { } late)
        {
            return late;
        }

        var read = Answered(run, now) with { Listed = run.Listed.With(accounts), Found = elsewhere.With(accounts), Failures = 0, Cursor = nextCursor, AskAt = now };
        return nextCursor is not null ? new(read, accounts) : last.Doubt(read) is { } doubt ? Ended(read, ReconciliationStatus.Inconclusive, doubt.Reason, doubt.Detail, now, accounts)
            : Ended(read, ReconciliationStatus.Complete, null, $"All {read.Listed.Accounts} accounts were read.", now, accounts);
    }

    /// <summary>A page could not be read.</summary>
    public static ReconciliationDecision Failed(Reconciliation run, int page, ListingFault fault, DateTimeOffset now)
    {
        if (Late(run, page) is { } late)
        {
            return late;
        }

        var failed = Answered(run, now);
        if (fault.Code == ListingFault.CursorExpired && run.Cursor is not null)
        {
            return run.Restarts < MostRestarts
                ? new(failed with { Restarts = run.Restarts + 1, Failures = 0, Cursor = null, Listed = new(), AskAt = now })
                : Ended(failed, ReconciliationStatus.Inconclusive, InconclusiveReason.CursorExpired, "The list ended before its last page, and did so again when it was begun anew.", now);
        }

        if (fault.Outcome is Outcome.Throttled)
        {
            return new(failed with { AskAt = RetryTimes.Asked(fault.RetryAt, now) ?? now + RetryTimes.ThrottleWithoutTime });
        }

        return fault.Outcome is Outcome.Transient or Outcome.Indeterminate && run.Failures + 1 < MostFailures
            ? new(failed with { Failures = run.Failures + 1, AskAt = now + (FirstPause * Math.Pow(2, run.Failures)) })
            : Ended(failed, ReconciliationStatus.Inconclusive, InconclusiveReason.Fault, $"{EnumText.Of(fault.Outcome)} {fault.Code}: {fault.Message}", now);
    }

    /// <summary>Nobody answered for too long, or nobody can be asked any more.</summary>
    public static ReconciliationDecision Stalled(Reconciliation run, string why, DateTimeOffset now)
        => run.IsOver ? Refused(run) : Ended(run, ReconciliationStatus.Inconclusive, InconclusiveReason.NoAnswer, why, now);

    public static ReconciliationDecision Cancel(Reconciliation run, Act act, DateTimeOffset now)
        => run.IsOver ? Refused(run) : Ended(run, ReconciliationStatus.Cancelled, null, $"Cancelled by {act.Who}: {act.Why}", now, by: act);

    private static ReconciliationDecision? Late(Reconciliation run, int page)
        => run.IsOver ? Refused(run) : page == run.Page ? null : new(run, Refusal: $"Page {page} was answered before: {run.Page} is asked for.");

    private static ReconciliationDecision Refused(Reconciliation run) => new(run, Refusal: $"The reconciliation is {EnumText.Of(run.Status)} already.");

    private static Reconciliation Answered(Reconciliation run, DateTimeOffset now) => run with { Page = run.Page + 1, UpdatedAt = now };

    private static ReconciliationDecision Ended(
        Reconciliation run, ReconciliationStatus status, InconclusiveReason? reason, string detail, DateTimeOffset now, IReadOnlyList<ReconciledAccount>? accounts = null, Act? by = null)
    {
        var ended = run with { Status = status, Reason = reason, Detail = detail, Cursor = null, AskAt = null, FinishedAt = now, UpdatedAt = now };
        var facts = new JsonObject
        {
            ["run"] = run.Id.ToString(),
            ["system"] = run.System.Value,
            ["status"] = EnumText.Of(status),
            ["reason"] = reason is { } why ? EnumText.Of(why) : null,
            ["pages"] = run.Listed.Pages,
            ["accounts"] = run.Listed.Accounts,
            ["accountedFor"] = run.Listed.AccountedFor,
            ["disabled"] = run.Listed.Disabled,
            ["protected"] = run.Listed.Protected,
            ["orphans"] = run.Found.Orphans,
            ["leaversActive"] = run.Found.LeaversActive,
            ["unknown"] = run.Found.Unknown,
        };
        if (by is not null)
        {
            (facts["who"], facts["why"]) = (by.Who, by.Why);
        }

        return new(ended, accounts, new AuditEntry("reconciliation-ended", facts));
    }
}

/// <summary>What follows: storage applies it, nobody adds to it.</summary>
/// <param name="Run">The reconciliation afterwards.</param>
/// <param name="Seen">The accounts of the page; null: there was none.</param>
/// <param name="Audit">For the installation's stream; null: nothing begins or ends.</param>
/// <param name="Refusal">Null: it was taken. Else why nothing changed, in one sentence.</param>
public sealed record ReconciliationDecision(Reconciliation Run, IReadOnlyList<ReconciledAccount>? Seen = null, AuditEntry? Audit = null, string? Refusal = null);
