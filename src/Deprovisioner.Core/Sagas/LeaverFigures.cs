using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;

namespace Deprovisioner.Core.Sagas;

// Theory of operation. A system is contained when the last of its steps in its first stage is done: where a policy has a system in its containment that is the disabled account and the sessions, and where it has not, it is
// whatever the policy does there first. A step that found nothing to cut (no such account, or shut before) does not say that anything was live, so it does not count; and what hands over data or gives a licence back cuts nobody.
// What a system that is not contained adds grows with the clock, so its number is kept and not its hours: figures change with the saga and not by themselves, and can be added up without its steps. What still reports after a saga was cancelled writes them anew.

/// <summary>What a report says of somebody who left, beside the times.</summary>
/// <param name="Late">A stage's deadline was missed.</param>
/// <param name="EndedHours">Hours of live access after the effective time, of those systems together that are contained.</param>
/// <param name="LiveSystems">How many systems are not contained: each has been live since the effective time.</param>
/// <param name="LicencesReclaimed">How many steps gave a licence back.</param>
/// <param name="StepsByHand">How many were done, or settled, by a person.</param>
public sealed record LeaverFigures(bool Late, double EndedHours, int LiveSystems, int LicencesReclaimed, int StepsByHand)
{
    /// <param name="completedAt">When the saga was over, UTC; null: it is not.</param>
    public static LeaverFigures Of(DateTimeOffset effectiveAt, DateTimeOffset? completedAt, IReadOnlyList<PlannedStage> stages, IReadOnlyList<Step> steps)
    {
        var (hours, live) = (0d, 0);
        foreach (var system in steps.Where(Cuts).GroupBy(step => step.System))
        {
            var first = system.Min(step => step.Stage);
            var cuts = system.Where(step => step.Stage == first && WasLive(step)).ToList();
            if (cuts.Exists(step => step.Status is not StepStatus.Succeeded))
            {
                live++;
            }
            else if (cuts.Max(step => step.SettledAt) is { } end)
            {
                hours += Math.Max(0, (end - effectiveAt).TotalHours);
            }
        }

        return new(
            stages.Any(stage => IsLate(stage, effectiveAt, completedAt, steps)),
            hours,
            live,
            steps.Count(step => step is { Action: StepAction.ReclaimLicence, Status: StepStatus.Succeeded, Outcome: Outcome.Changed }),
            steps.Count(step => step.Status is StepStatus.Succeeded && (step.Code == Step.ByHand || step.Action is StepAction.ManualTask)));
    }

    /// <summary>Of a leaver whose saga is over; null: it is no leaver's, its access never ended, or it goes on.</summary>
    public static LeaverFigures? Of(Saga saga) => saga is { Kind: SagaKind.Leaver, ContainedAt: not null, IsOver: true } ? Of(saga.EffectiveAt, saga.CompletedAt, saga.Stages, saga.Steps) : null;

    /// <summary>Hours of live access after the effective time, of all systems together.</summary>
    /// <param name="now">Until then where a system is not contained.</param>
    public double ExposureHours(DateTimeOffset effectiveAt, DateTimeOffset now) => EndedHours + (LiveSystems * Math.Max(0, (now - effectiveAt).TotalHours));

    private static bool Cuts(Step step) => step.Action is not (StepAction.TransferData or StepAction.ReclaimLicence or StepAction.RestoreAccount) && step.Status is not StepStatus.Cancelled;

    private static bool WasLive(Step step) => step is not { Status: StepStatus.Succeeded, Outcome: Outcome.Absent or Outcome.Already };

    /// <summary>An open stage is late once its deadline is known to be missed; one that is over by when it ended.</summary>
    private static bool IsLate(PlannedStage stage, DateTimeOffset effectiveAt, DateTimeOffset? completedAt, IReadOnlyList<Step> steps)
    {
        var own = steps.Where(step => step.Stage == stage.Ordinal).ToList();
        if (own.Count == 0 || StageDeadlines.Of(stage, effectiveAt) is not { } deadline)
        {
            return false;
        }

        var end = own.TrueForAll(step => step.Status is StepStatus.Succeeded) ? own.Max(step => step.SettledAt) : completedAt;
        return end is { } at ? at > deadline : stage.DeadlineMissedAt is not null;
    }
}
