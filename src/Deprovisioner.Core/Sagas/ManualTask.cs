using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Sagas;

/// <summary>What a person has to do. It has two states, done and verified; the second is asked for only where the system says so.</summary>
/// <param name="Assignment">Who has it, until when, and whether somebody else must vouch for it.</param>
/// <param name="DoneBy">Who said that it is done, while it waits to be verified; null before.</param>
/// <param name="OverdueTold">Whether others were told that it is past its due time: they are told once.</param>
public sealed record ManualTask(TaskAssignment Assignment, string? DoneBy = null, bool OverdueTold = false);

/// <summary>What becomes of manual tasks.</summary>
internal static class ManualTasks
{
    public const string DoneCode = "done-unverified";
    public const string VerifiedCode = "verified-by-hand";

    public static bool WaitsForVerification(Step step) => step is { Status: StepStatus.OpenTask, Task.DoneBy: not null };

    /// <summary>The step once somebody said that it is done, where another has to vouch for it; null: being done is enough.</summary>
    public static Step? Done(Step step, Act by)
        => step is { Status: StepStatus.OpenTask, Task: { Assignment.VerificationRequired: true, DoneBy: null } task }
            ? step with { Code = DoneCode, Task = task with { DoneBy = by.Who } }
            : null;

    public static SagaDecision Verify(Saga saga, SagaInput.Verify verify, DateTimeOffset now)
    {
        var step = saga.Steps.FirstOrDefault(s => s.Id == verify.Step);
        if (step is null || !WaitsForVerification(step))
        {
            return SagaDecision.Unchanged(saga, step is null ? "The saga has no such step." : "Nobody has said that it is done, or nothing is to be verified: 'resolve' comes first.");
        }

        if (string.Equals(step.Task!.DoneBy!.Trim(), verify.By.Who.Trim(), StringComparison.OrdinalIgnoreCase))
        {
            return SagaDecision.Unchanged(saga, $"{verify.By.Who} did it: somebody else has to verify it.");
        }

        var draft = new SagaDraft(saga, now);
        draft.Replace(step with { Status = StepStatus.Succeeded, Code = VerifiedCode, Message = null, SettledAt = now });
        draft.Record(SagaAudit.Verified(saga, step, verify));
        return draft.Decide();
    }

    /// <summary>Tells once that a task is past its due time; it stays open.</summary>
    public static SagaDecision Overdue(Saga saga, SagaInput.TaskOverdue overdue, DateTimeOffset now)
    {
        var step = saga.Steps.FirstOrDefault(s => s.Id == overdue.Step);
        if (step is not { Status: StepStatus.OpenTask, Task: { OverdueTold: false } task } || task.Assignment.DueAt > now)
        {
            return SagaDecision.Unchanged(saga, "No such task is past its due time, or that was told already.");
        }

        var draft = new SagaDraft(saga, now);
        draft.Replace(step with { Task = task with { OverdueTold = true } });
        draft.Record(SagaAudit.TaskOverdue(saga, step));
        draft.Notify(SagaNotice.NeedsAttention);
        return draft.Decide();
    }
}
