using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Intake;

/// <summary>A termination that is repeated while its saga is open is no repeat of what was only observed: that runs once more.</summary>
internal static class ObservedIntake
{
    public static IntakeDecision Apply(IntakeFacts facts, IntakeDecision decision)
    {
        if (facts.Event.Type != HrEventTypes.Terminated || decision.Verdict is not (IntakeVerdict.NoOp or IntakeVerdict.Superseded))
        {
            return decision;
        }

        var by = new SagaInput.RunObserved(new Act($"hr-event {facts.Event.Source} {facts.Event.Id}", "The termination was repeated."));
        foreach (var open in facts.OpenSagas.Where(s => s.Kind is SagaKind.Leaver))
        {
            var before = decision.Changed?.FirstOrDefault(d => d.Saga.Id == open.Id);
            var again = SagaTransitions.Next(before?.Saga ?? open, by, facts.Now);
            if (again.Refusal is null)
            {
                return decision with
                {
                    Verdict = IntakeVerdict.Superseded,
                    Reason = $"Saga {open.Id} runs once more what it had only observed.",
                    Changed = [.. (decision.Changed ?? []).Where(d => d.Saga.Id != open.Id), before is null ? again : before.Then(again)],
                };
            }
        }

        return decision;
    }
}
