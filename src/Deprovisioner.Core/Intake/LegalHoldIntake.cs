using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Intake;

/// <summary>
/// Adds to a decision what an event says of a legal hold, and what one that stands already means for the sagas that follow. The word counts by its own time: an
/// event that is stale in all else may still be the newest to speak of the hold.
/// </summary>
internal static class LegalHoldIntake
{
    public static IntakeDecision Apply(IntakeFacts facts, IntakeDecision decision)
    {
        var person = decision.Person ?? facts.Person;
        if (person is null)
        {
            return decision;
        }

        var hold = LegalHold.After(person.LegalHold, facts.Event);
        if (hold is null)
        {
            return decision;
        }

        var news = hold != person.LegalHold;
        var input = new SagaInput.LegalHold(hold.IsSet, hold.By);
        var changed = (decision.Changed ?? []).ToList();
        foreach (var saga in facts.OpenSagas)
        {
            var at = changed.FindIndex(c => c.Saga.Id == saga.Id);
            var next = SagaTransitions.Next(at < 0 ? saga : changed[at].Saga, input, facts.Now);
            if (next.Refusal is null && at < 0)
            {
                changed.Add(next);
            }
            else if (next.Refusal is null)
            {
                changed[at] = changed[at].Then(next);
            }
        }

        return decision with
        {
            Verdict = news && decision.Verdict is IntakeVerdict.Stale ? IntakeVerdict.Applied : decision.Verdict,
            Reason = news && decision.Verdict is IntakeVerdict.Stale ? "A late event: only its word on the legal hold was newer than what was known." : decision.Reason,
            Person = news ? person with { LegalHold = hold } : decision.Person,
            Planned = decision.Planned is { } planned ? planned.Then(SagaTransitions.Next(planned.Saga, input, facts.Now)) : null,
            Changed = changed.Count > 0 ? changed : decision.Changed,
        };
    }
}
