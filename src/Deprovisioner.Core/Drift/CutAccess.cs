using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Drift;

// Theory of operation. What is read again follows from a person's sagas alone, so it can be asked at any time and by anybody, and nothing needs to be kept of it.
// - The newest leaver saga counts that was not cancelled: a newer one takes over from an older one.
// - It counts from when its first stage succeeded, and not only when it is completed: its deletion may be a month off, and whoever unlocks an account will not wait for that.
// - Drift saga upon drift saga, what was cut last is read again: their steps take the place of the leaver's for the same action on the same system, and times count from the last of them.
// - A person's word ends it: a saga that was cancelled or rejected is not planned again the next day, and what was settled by hand is not read.

/// <summary>What a person's last leaver saga, and the drift sagas since, have cut: what is read again, and since when.</summary>
/// <param name="Leaver">The leaver saga that counts.</param>
/// <param name="Since">From when the schedule counts, UTC: the leaver's containment or completion, or the end of the last drift saga.</param>
/// <param name="Steps">By what the accounts are read: each step is asked what it would do now. In the order in which they were planned.</param>
public sealed record CutAccess(Saga Leaver, DateTimeOffset Since, IReadOnlyList<Step> Steps)
{
    /// <summary>What a person's sagas amount to; or why nothing is read again now, in one sentence.</summary>
    /// <param name="sagas">The person's leaver and drift sagas; others do not matter.</param>
    public static (CutAccess? Cut, string Why) Of(IEnumerable<Saga> sagas)
    {
        var all = sagas.ToList();
        if (all.Where(s => s.Kind is SagaKind.Leaver && s.Status is not SagaStatus.Cancelled).MaxBy(s => s.PlannedAt) is not { } leaver)
        {
            return (null, "No leaver saga stands.");
        }

        if (leaver.ReturnedAt is not null)
        {
            return (null, "The person is back.");
        }

        if ((leaver.CompletedAt ?? leaver.ContainedAt) is not { } since)
        {
            return (null, $"Saga {leaver.Id} has not cut the access yet.");
        }

        var drifts = all.Where(s => s.Kind is SagaKind.Drift && s.PlannedAt >= leaver.PlannedAt).OrderBy(s => s.PlannedAt).ToList();
        if (drifts.Find(s => !s.IsOver) is { } open)
        {
            return (null, $"Drift saga {open.Id} is at it.");
        }

        if (drifts is [.., { Status: SagaStatus.Cancelled } stopped])
        {
            return (null, $"Drift saga {stopped.Id} was cancelled: the accounts stay as they are.");
        }

        since = drifts.Select(s => s.CompletedAt!.Value).Append(since).Max();
        return (new CutAccess(leaver, since, ReadAgain(leaver, drifts)), $"Read again since {Audit.AuditTime.Of(since)}.");
    }

    /// <summary>Whether the schedule must be worked out anew now that a saga is another one: it was contained, or it is over.</summary>
    /// <param name="before">Null: it is new.</param>
    public static bool Begins(Saga? before, Saga after)
        => after.Kind is SagaKind.Leaver or SagaKind.Drift
            && ((after.IsOver && before is not { IsOver: true }) || (after is { Kind: SagaKind.Leaver, ContainedAt: not null } && before?.ContainedAt is null));

    private static List<Step> ReadAgain(Saga leaver, List<Saga> drifts)
    {
        var last = drifts.Prepend(leaver).SelectMany(s => s.Steps).Where(s => IsCut(s.Action))
            .GroupBy(s => (s.System, s.Action)).Select(same => same.Last())
            .Where(s => s is { Status: StepStatus.Succeeded, Outcome: not Outcome.Observed, Code: not Step.ByHand })
            .ToList();

        // Whether an account that was deleted and is there again is alive is what disable-account tells; where there is no such step, being there is alive enough.
        return last.FindAll(s => s.Action is not StepAction.DeleteAccount || !last.Exists(o => o.System == s.System && o.Action is StepAction.DisableAccount));
    }

    /// <summary>Of what a system tells whether it is still so. What was handed over or given back to a pool is somebody else's by now, and a person's task cannot be read.</summary>
    private static bool IsCut(StepAction action)
        => action is StepAction.DisableAccount or StepAction.RevokeSessions or StepAction.RevokeCredentials or StepAction.RemoveEntitlements or StepAction.DeleteAccount;
}
