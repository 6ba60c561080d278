using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;

namespace Deprovisioner.Core.Sagas;

/// <summary>
/// What a legal hold on the person does to a saga: steps that destroy do not start, and what is due of them waits again. Containment goes on. What was sent
/// already cannot be called back; tried in vain, it is not tried again while the hold stands.
/// </summary>
public static class DestructionHold
{
    /// <summary>Whether the hold keeps this step from starting.</summary>
    public static bool Keeps(Saga saga, Step step) => saga.LegalHold && PlannedStep.Destroys(step.Action) && !step.IsSettled;

    /// <summary>Whether the hold is why it has not been sent: then nobody need wait for it, not even on its own system, but what destroys too.</summary>
    public static bool KeepsFromStarting(Saga saga, Step step) => Keeps(saga, step) && step.Status is not StepStatus.InFlight;

    /// <summary>Whether a held saga goes on once the hold is lifted, and not before; false: an approval is missing first.</summary>
    public static bool IsWhatHolds(Saga saga)
        => saga.Steps.FirstOrDefault(step => !step.IsSettled) is { } next && Keeps(saga, next)
            && saga.Stages.Take(next.Stage + 1).All(stage => !stage.ApprovalRequired || stage.Approved);

    internal static SagaDecision Next(Saga saga, SagaInput.LegalHold hold, DateTimeOffset now)
    {
        if (saga.IsOver || saga.LegalHold == hold.IsSet)
        {
            return SagaDecision.Unchanged(saga, saga.IsOver ? $"The saga is {EnumText.Of(saga.Status)} already." : "Nothing is different.");
        }

        var draft = new SagaDraft(saga with { LegalHold = hold.IsSet }, now);
        draft.Record(SagaAudit.LegalHold(hold));
        return draft.Decide();
    }

    /// <summary>Due steps that the hold keeps wait again; their retry budget counts afresh once it is lifted.</summary>
    internal static void TakeBack(Saga saga, IReadOnlyList<Step> steps, Action<Step> replace)
    {
        foreach (var step in steps.Where(s => s.Status is StepStatus.Due && Keeps(saga, s)).ToList())
        {
            replace(step with { Status = StepStatus.Waiting, DueAt = null, FirstDueAt = null });
        }
    }
}
