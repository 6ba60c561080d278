using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Sagas;

/// <summary>What becomes of steps that touched nothing since it was not clear whose an account is, once a person says it.</summary>
internal static class AccountChoice
{
    public static SagaDecision Decide(Saga saga, SagaInput.ChooseAccounts choice, DateTimeOffset now)
    {
        var step = saga.Steps.FirstOrDefault(s => s.Id == choice.Step);
        if (step is null || !Waits(step) || saga.IsOver)
        {
            return SagaDecision.Unchanged(saga, step is null ? "The saga has no such step." : "Only where a step of a saga that is not over failed as ambiguous can an account be chosen.");
        }

        var draft = new SagaDraft(saga, now);
        draft.Record(SagaAudit.AccountsChosen(saga, step, choice));

        // The same doubt stopped every step on that system.
        foreach (var same in saga.Steps.Where(s => s.System == step.System && Waits(s)))
        {
            draft.Replace(SagaTransitions.Again(same, now));
        }

        return draft.Decide();
    }

    private static bool Waits(Step step) => step is { Status: StepStatus.Failed, Outcome: Outcome.Ambiguous, Code: Step.AmbiguousAccount };
}
