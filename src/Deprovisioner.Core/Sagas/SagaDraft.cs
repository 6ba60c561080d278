using System.Collections.Immutable;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Planning;

namespace Deprovisioner.Core.Sagas;

/// <summary>A saga while one decision about it is being made.</summary>
/// <param name="before">The saga as it stood, where <paramref name="saga"/> differs from that in what it waits for.</param>
internal sealed class SagaDraft(Saga saga, DateTimeOffset now, Saga? before = null)
{
    private readonly ImmutableArray<Step>.Builder steps = saga.Steps.ToBuilder();
    private readonly HashSet<StepId> changed = [];
    private readonly List<AuditEntry> audit = [];
    private readonly List<SagaNotice> notices = [];

    public void Replace(Step step)
    {
        steps[step.Ordinal] = step;
        changed.Add(step.Id);
    }

    public void Record(AuditEntry entry) => audit.Add(entry);

    public void Notify(SagaNotice notice) => notices.Add(notice);

    /// <summary>Opens what may open now (of a cancelled saga nothing waits), works out the status, and closes the draft.</summary>
    public SagaDecision Decide(string refusalIfNothing = "Nothing changed.")
    {
        var timed = WithMissedDeadlines();
        if (changed.Count == 0 && audit.Count == 0)
        {
            return SagaDecision.Unchanged(saga, refusalIfNothing);
        }

        DestructionHold.TakeBack(saga, steps, Replace);
        OpenWhatMay();
        var next = timed with { Steps = steps.ToImmutable() };
        next = next with { Status = next.Standing(now) };
        return new SagaDecision(WithMilestones(next), changed, audit, notices);
    }

    private void OpenWhatMay()
    {
        if (!saga.Holds.IsEmpty)
        {
            foreach (var step in steps.ToArray().Where(s => s.Status is StepStatus.Due))
            {
                Replace(SagaHolds.Stopped(step));
            }

            return;
        }

        // It was due, and something before it is to run once more.
        foreach (var step in steps.ToArray().Where(s => s.Status is StepStatus.Due && PlannedStep.Destroys(s.Action) && steps.Any(earlier => KeepsWaiting(earlier, s))))
        {
            Replace(SagaHolds.Stopped(step));
        }

        var passed = HoldingUpNobody();
        foreach (var step in steps.ToArray().Where(s => s.Status is StepStatus.Waiting && MayStart(s, passed)))
        {
            var opensAt = saga.EffectiveAt + saga.Stages[step.Stage].After;
            var dueAt = opensAt > now ? opensAt : now;
            var askFirst = dueAt > now || PlannedStep.Destroys(step.Action) || saga.Stages[step.Stage].ApprovalRequired;
            Replace(step with { Status = StepStatus.Due, DueAt = dueAt, FirstDueAt = dueAt, AskFirst = askFirst });
        }
    }

    private bool MayStart(Step step, bool[] passed)
        => !DestructionHold.Keeps(saga, step)
            && saga.Stages.Take(step.Stage + 1).All(s => !s.ApprovalRequired || s.Approved)
            && steps.All(s => s.Stage >= step.Stage || passed[s.Ordinal])
            && !steps.Any(s => KeepsWaiting(s, step));

    /// <summary>By ordinal: whether later stages need not wait for the step. It is settled, was tried in vain, is kept by a legal hold, or waits itself for one of which that is true.</summary>
    private bool[] HoldingUpNobody()
    {
        var passed = new bool[steps.Count];
        foreach (var step in steps)
        {
            passed[step.Ordinal] = step.IsSettled || step.Deferred || DestructionHold.KeepsFromStarting(saga, step)
                || (step.Status is StepStatus.Waiting && steps.Any(s => s.Ordinal < step.Ordinal && passed[s.Ordinal] && KeepsWaiting(s, step)));
        }

        return passed;
    }

    /// <summary>Whether the step waits for the earlier one by itself, whatever the stages say: as the one before it on its system, because its policy says so, or because it destroys.</summary>
    private bool KeepsWaiting(Step earlier, Step step)
        => earlier.Ordinal < step.Ordinal
            && ((earlier.System == step.System && !earlier.IsSettled && earlier.Status is not StepStatus.OpenTask && !DestructionHold.KeepsFromStarting(saga, earlier))
                || (earlier.Status is not StepStatus.Succeeded && step.Needs.Contains(earlier.Ordinal))
                || (PlannedStep.Destroys(step.Action) && earlier is not { Status: StepStatus.Succeeded } and not { IsSkipped: true } && IsBefore(earlier, step)));

    /// <summary>One line of a policy is done on all its systems side by side: deleting here does not wait for deleting there.</summary>
    private static bool IsBefore(Step earlier, Step step)
        => earlier.Stage < step.Stage || earlier.System == step.System || earlier.Action != step.Action;

    private Saga WithMilestones(Saga next)
    {
        if (next.ContainedAt is null && StageDeadlines.IsCompleted(next.Steps, stage: 0) && !next.Steps.Any(s => s.Stage == 0 && ObservedSteps.IsObserved(s)))
        {
            next = next with { ContainedAt = now };
        }

        foreach (var stage in saga.Stages.Where(s => !StageDeadlines.IsCompleted(saga.Steps, s.Ordinal) && StageDeadlines.IsCompleted(next.Steps, s.Ordinal)))
        {
            audit.Add(SagaAudit.StageCompleted(saga, stage, now));
            notices.Add(SagaNotice.StageCompleted);
        }

        if (StandsStill(next) && !StandsStill(before ?? saga))
        {
            audit.Add(SagaAudit.StandsStill(next));
            notices.Add(SagaNotice.Held);
        }

        if (next.Status == saga.Status)
        {
            return next;
        }

        switch (next.Status)
        {
            case SagaStatus.Completed:
                next = next with { CompletedAt = now };
                audit.Add(SagaAudit.Completed(next));
                notices.Add(SagaNotice.Completed);
                break;
            case SagaStatus.NeedsAttention:
                notices.Add(SagaNotice.NeedsAttention);
                break;
            default:
                break;
        }

        return next;
    }

    /// <summary>Waits for an approval, or for a legal hold to be lifted: neither is a hold of the saga.</summary>
    private static bool StandsStill(Saga saga) => saga.Status is SagaStatus.Held && saga.Holds.IsEmpty;

    /// <summary>What has passed by the time of this decision is missed, also where this very decision completes the stage.</summary>
    private Saga WithMissedDeadlines()
    {
        var missed = StageDeadlines.Missed(saga, now);
        foreach (var stage in missed)
        {
            audit.Add(SagaAudit.DeadlineMissed(saga, stage, now));
        }

        if (missed.Count > 0)
        {
            notices.Add(SagaNotice.DeadlineMissed);
        }

        return missed.Count == 0 ? saga : saga with { Stages = [.. saga.Stages.Select(stage => missed.Contains(stage) ? stage with { DeadlineMissedAt = now } : stage)] };
    }
}
