using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;

namespace Deprovisioner.Core.Sagas;

// Theory of operation. A saga's next state is a function of the saga, one input and the clock's reading, and of nothing else.
// - A stage opens when every step before it is settled, was tried in vain (Deferred), or waits for such a one itself: a failing system holds up nobody else's.
// - On one system steps run in the plan's order (a lane): first no more sign-in, then the sessions, then the rest.
// - A destructive step waits until everything before it has succeeded, on all systems: earlier stages, and earlier lines of its own. Only what a person skipped it does not wait for (Skipping).
// - A legal hold keeps destructive steps from starting, takes back those that are due, and leaves everything else alone (DestructionHold).
// - Reports may come late, twice, or from an attempt that was given up. A success is a success whichever attempt it comes from, since the
//   target was read back; a failure counts only from the attempt that is under way. Everything else is refused as a value and changes nothing.
// - What destroys, was approved, replayed, or became due for a later time is asked about once more when its time has come (AskFirst): only then is it sent.
// - While a saga is held nothing of it becomes due, whatever happens to it: a report of what was under way is taken, and what follows from it waits (SagaDraft).
// - Nothing here depends on the order in which reports of different steps arrive, other than times and attempt numbers.

/// <summary>The saga's decisions.</summary>
public static class SagaTransitions
{
    /// <summary>Opens what may start and records the plan.</summary>
    public static SagaDecision Start(Saga saga, DateTimeOffset now)
    {
        var draft = new SagaDraft(saga, now);
        draft.Record(SagaAudit.Planned(saga));
        draft.Notify(SagaNotice.Started);
        return draft.Decide();
    }

    /// <summary>What follows from one input.</summary>
    public static SagaDecision Next(Saga saga, SagaInput input, DateTimeOffset now)
        => input switch
        {
            SagaInput.Reported reported => Report(saga, reported.Report, now),
            SagaInput.Blocked blocked => Block(saga, blocked, now),
            SagaInput.Resolve resolve => Resolve(saga, resolve, now),
            SagaInput.Skip skip => Skipping.Decide(saga, skip, now),
            SagaInput.ChooseAccounts choice => AccountChoice.Decide(saga, choice, now),
            SagaInput.Replay replay => Replay(saga, replay, now),
            SagaInput.Cancel cancel => Cancel(saga, cancel, now),
            SagaInput.Clear => StageApproval.Clear(saga, now),
            SagaInput.Approve approve => StageApproval.Approve(saga, approve, now),
            SagaInput.Lapse lapse => StageApproval.Lapse(saga, lapse.Accounts, now),
            SagaInput.Verify verify => ManualTasks.Verify(saga, verify, now),
            SagaInput.TaskOverdue overdue => ManualTasks.Overdue(saga, overdue, now),
            SagaInput.RunObserved again => ObservedSteps.RunAgain(saga, again, now),
            SagaInput.LegalHold hold => DestructionHold.Next(saga, hold, now),
            SagaInput.Hold hold => SagaHolds.Hold(saga, hold.Why, now),
            SagaInput.Release release => SagaHolds.Release(saga, release, now),
            SagaInput.Reject reject => SagaHolds.Reject(saga, reject.By, now),
            SagaInput.Reschedule reschedule => Reschedule(saga, reschedule, now),
            SagaInput.DeadlinePassed => new SagaDraft(saga, now).Decide("No deadline has passed that was not told of."),
            SagaInput.Spare spare => Sparing.Decide(saga, spare, now),
            SagaInput.Returned => Return(saga, now),
            _ => throw new ArgumentOutOfRangeException(nameof(input), input, "Not an input."),
        };

    private static SagaDecision Report(Saga saga, StepReport report, DateTimeOffset now)
    {
        var step = saga.Steps.FirstOrDefault(s => s.Id == report.StepId);
        if (step is null)
        {
            return SagaDecision.Unchanged(saga, "The saga has no such step.");
        }

        if (ReportGrading.Refusal(step, report) is { } refusal)
        {
            return SagaDecision.Unchanged(saga, refusal);
        }

        var graded = ReportGrading.Apply(saga, step, report, now);
        var isProtected = ProtectedPerson.Refused(saga, report);
        var next = isProtected ? ProtectedPerson.Waits(graded) : saga.Holds.IsEmpty ? graded : SagaHolds.Stopped(graded);
        var draft = new SagaDraft(saga, now);
        draft.Replace(next);
        draft.Record(SagaAudit.Reported(saga, next, report));
        var decision = draft.Decide();
        return isProtected ? decision.Then(SagaHolds.Hold(decision.Saga, ProtectedPerson.Hold(now), now)) : decision;
    }

    private static SagaDecision Block(Saga saga, SagaInput.Blocked blocked, DateTimeOffset now)
    {
        var draft = new SagaDraft(saga, now);
        foreach (var step in saga.Steps.Where(s => blocked.Steps.Contains(s.Id) && !s.Deferred && (s.Status is StepStatus.Due || (s.Status is StepStatus.InFlight && blocked.Reason is null))))
        {
            draft.Replace(step with { Deferred = true });
            if (blocked.Reason is { } reason)
            {
                draft.Record(SagaAudit.Deferred(saga, step, reason));
            }
        }

        return draft.Decide("Nothing was waiting for that system.");
    }

    private static SagaDecision Resolve(Saga saga, SagaInput.Resolve resolve, DateTimeOffset now)
    {
        var step = saga.Steps.FirstOrDefault(s => s.Id == resolve.Step);
        if (step is null || step.Status is StepStatus.Succeeded or StepStatus.Cancelled)
        {
            return SagaDecision.Unchanged(saga, step is null ? "The saga has no such step." : $"The step is {EnumText.Of(step.Status)} already.");
        }

        if (ManualTasks.WaitsForVerification(step))
        {
            return SagaDecision.Unchanged(saga, $"{step.Task!.DoneBy} has done it: somebody else has to verify it.");
        }

        var draft = new SagaDraft(saga, now);
        draft.Replace(ManualTasks.Done(step, resolve.By) ?? step with { Status = StepStatus.Succeeded, Code = Step.ByHand, Message = null, DueAt = null, SettledAt = now });
        draft.Record(SagaAudit.Resolved(saga, step, resolve));
        return draft.Decide();
    }

    private static SagaDecision Replay(Saga saga, SagaInput.Replay replay, DateTimeOffset now)
    {
        var step = saga.Steps.FirstOrDefault(s => s.Id == replay.Step);
        if (step is not { Status: StepStatus.Failed } || saga.Status is SagaStatus.Cancelled)
        {
            return SagaDecision.Unchanged(saga, "Only a failed step of a saga that was not cancelled can be replayed.");
        }

        var draft = new SagaDraft(saga, now);
        draft.Replace(Again(step, now));
        draft.Record(SagaAudit.Replayed(saga, step, replay));
        return draft.Decide();
    }

    /// <summary>A failed step, due as if it were new. Tried in vain already: others go on as they did while it was failed.</summary>
    internal static Step Again(Step step, DateTimeOffset now)
        => step with { Status = StepStatus.Due, Failures = 0, Deferred = true, AskFirst = true, DueAt = now, FirstDueAt = now, SettledAt = null };

    private static SagaDecision Cancel(Saga saga, SagaInput.Cancel cancel, DateTimeOffset now)
    {
        if (saga.IsOver)
        {
            return SagaDecision.Unchanged(saga, SagaDecision.Over(saga));
        }

        var ended = End(saga, SagaAudit.Cancelled(saga, cancel.By), now);
        return cancel.GivesUp && saga.Kind is SagaKind.Restore ? ended.Then(Return(ended.Saga, now)) : ended;
    }

    /// <summary>What has not run will not run, for the reason that the entry records.</summary>
    internal static SagaDecision End(Saga saga, AuditEntry why, DateTimeOffset now)
    {
        // A step that is under way cannot be called back: its report is still recorded, but it is not tried again.
        var draft = new SagaDraft(saga with { Status = SagaStatus.Cancelled, CompletedAt = now }, now);
        foreach (var step in saga.Steps.Where(s => s.Status is StepStatus.Waiting or StepStatus.Due or StepStatus.OpenTask))
        {
            draft.Replace(step with { Status = StepStatus.Cancelled, DueAt = null, SettledAt = now });
        }

        draft.Record(why);
        return draft.Decide();
    }

    private static SagaDecision Return(Saga saga, DateTimeOffset now)
    {
        if (!saga.IsOver || saga.ReturnedAt is not null)
        {
            return SagaDecision.Unchanged(saga, saga.IsOver ? "The person had come back before." : "The saga still runs.");
        }

        var draft = new SagaDraft(saga with { ReturnedAt = now }, now);
        draft.Record(SagaAudit.Returned());
        return draft.Decide();
    }

    private static SagaDecision Reschedule(Saga saga, SagaInput.Reschedule reschedule, DateTimeOffset now)
    {
        if (saga.IsOver)
        {
            return SagaDecision.Unchanged(saga, SagaDecision.Over(saga));
        }

        var started = saga.Steps.Any(step => step.Sends > 0 || step.IsSettled);

        // From one time that has passed to another nothing moves: it is due already, and its retry budget runs.
        var moves = !started && reschedule.EffectiveAt != saga.EffectiveAt && (reschedule.EffectiveAt > now || saga.EffectiveAt > now);
        if (!moves && reschedule.Urgent == saga.Urgent)
        {
            return SagaDecision.Unchanged(saga, started ? "The saga has started: its time cannot move any more." : "Nothing is different.");
        }

        var moved = saga with
        {
            EffectiveAt = moves ? reschedule.EffectiveAt : saga.EffectiveAt,
            EffectiveBasis = moves ? reschedule.Basis : saga.EffectiveBasis,
            Urgent = reschedule.Urgent,
            Stages = moves ? StageDeadlines.Moved(saga, reschedule.EffectiveAt, now) : saga.Stages,
        };
        var draft = new SagaDraft(moved, now);
        foreach (var step in saga.Steps.Where(s => !s.IsSettled))
        {
            // Every open step is touched: its priority follows from the saga's urgency.
            draft.Replace(moves && step.Status is StepStatus.Due ? step with { Status = StepStatus.Waiting, Deferred = false, DueAt = null, FirstDueAt = null } : step with { });
        }

        draft.Record(SagaAudit.Rescheduled(moved));
        return draft.Decide();
    }
}
