using System.Text.Json.Nodes;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Storage.Writing;

/// <summary>Sets and lifts legal holds by hand, and records each in the installation's stream.</summary>
internal static class LegalHoldActs
{
    public static FactAnswer Decide(Work work, OperatorAct act)
    {
        if (act.Kind is not ("legal-hold-set" or "legal-hold-lift"))
        {
            return new FactAnswer("refused", $"'{act.Kind}' is no act on a person.");
        }

        if (!work.Persons.TryGetValue(act.Person!, out var person))
        {
            return new FactAnswer("refused", $"Nobody is known by the id {act.Person}.");
        }

        var isSet = act.Kind == "legal-hold-set";
        if (!isSet && person.LegalHold is not { IsSet: true })
        {
            return new FactAnswer("refused", $"{person.Id} is under no legal hold.");
        }

        var by = new Act(act.Who, act.Why);
        var after = person with { LegalHold = LegalHold.Said(person.LegalHold, isSet, by, work.Now) };
        Record(work, person.LegalHold, after);
        work.Persons[person.Id.Value] = after;
        work.ChangedPersons.Add(person.Id.Value);
        foreach (var saga in work.OpenSagasOf(person.Id).ToList())
        {
            work.Take(SagaTransitions.Next(saga, new SagaInput.LegalHold(isSet, by), work.Now));
        }

        return new FactAnswer("done", isSet ? $"{person.Id} is under a legal hold: nothing of theirs is deleted or handed over." : $"The legal hold on {person.Id} is lifted.");
    }

    /// <summary>Records a word that counts; one that only repeats another is none, unless it is a person's.</summary>
    public static void Record(Work work, LegalHold? before, PersonRecord person)
    {
        if (person.LegalHold is { } hold && (hold.IsSet != before?.IsSet || hold.By != before.By))
        {
            work.InstallationAudit.Add(new AuditEntry(hold.IsSet ? "legal-hold-set" : "legal-hold-lifted", new JsonObject
            {
                ["person"] = person.Id.Value,
                ["since"] = AuditTime.Of(hold.Since),
                ["who"] = hold.By.Who,
                ["why"] = hold.By.Why,
            }));
        }
    }
}
