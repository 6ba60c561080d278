using Deprovisioner.Core.Planning;

namespace Deprovisioner.Core.Sagas;

// Theory of operation. To resolve a step says that it was done elsewhere; to skip it says that it need not be. So a skipped one counts as no success: its stage is never told of as completed, and whoever it was to contain was not
// contained by it. What comes after goes on without it, what destroys on other systems included, since a person has decided. Not so what needs it: that is skipped with it, and so is what destroys on the same system, or an account
// would be deleted whose owner's work was never handed over.

/// <summary>What becomes of a step that a person decides not to need.</summary>
internal static class Skipping
{
    public static SagaDecision Decide(Saga saga, SagaInput.Skip skip, DateTimeOffset now)
    {
        var step = saga.Steps.FirstOrDefault(s => s.Id == skip.Step);
        if (step is null || saga.IsOver || step.Status is not (StepStatus.Failed or StepStatus.OpenTask))
        {
            return SagaDecision.Unchanged(saga, step is null ? "The saga has no such step." : "Only a step that failed, or that a person has, can be skipped, and only while its saga is not over.");
        }

        var skipped = Together(saga, step);
        var draft = new SagaDraft(saga, now);
        foreach (var one in skipped)
        {
            draft.Replace(one with { Status = StepStatus.Cancelled, Code = Step.Skipped, Message = null, Deferred = false, AskFirst = false, DueAt = null, SettledAt = now });
        }

        draft.Record(SagaAudit.Skipped(saga, step, skipped.Where(s => s.Id != step.Id), skip.By));
        return draft.Decide();
    }

    /// <summary>The step and what cannot be without it. A plan's steps need only earlier ones, so one walk finds all.</summary>
    private static List<Step> Together(Saga saga, Step step)
    {
        var skipped = new List<Step> { step };
        foreach (var later in saga.Steps.Where(s => s.Ordinal > step.Ordinal && s.Status is (StepStatus.Waiting or StepStatus.Due)))
        {
            if (skipped.Exists(s => later.Needs.Contains(s.Ordinal)) || (PlannedStep.Destroys(later.Action) && later.System == step.System))
            {
                skipped.Add(later);
            }
        }

        return skipped;
    }
}
