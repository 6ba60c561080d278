using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Sagas;

/// <summary>What was only observed is settled, so that a saga in observe mode runs to its end; but nothing was cut by it.</summary>
public static class ObservedSteps
{
    public static bool IsObserved(Step step) => step is { Status: StepStatus.Succeeded, Outcome: Outcome.Observed };

    /// <summary>They run once more, each in its place: the system may be enforced by now.</summary>
    internal static SagaDecision RunAgain(Saga saga, SagaInput.RunObserved again, DateTimeOffset now)
    {
        var observed = saga.Steps.Where(IsObserved).ToList();
        if (saga.IsOver || observed.Count == 0)
        {
            return SagaDecision.Unchanged(saga, saga.IsOver ? SagaDecision.Over(saga) : "Nothing of it was only observed.");
        }

        var draft = new SagaDraft(saga, now);
        observed.ForEach(step => draft.Replace(step with
        {
            Status = StepStatus.Waiting,
            Outcome = null,
            Code = null,
            Message = null,
            Failures = 0,
            Deferred = false,
            FirstDueAt = null,
            SettledAt = null,
        }));
        draft.Record(SagaAudit.ObservedRunAgain(observed.Count, again.By));
        return draft.Decide();
    }
}
