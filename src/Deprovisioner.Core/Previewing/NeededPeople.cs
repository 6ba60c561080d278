using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Previewing;

/// <summary>What would wait for a person: who can decide it, and who cannot.</summary>
internal static class NeededPeople
{
    public static IEnumerable<PersonNeeded> Of(Rehearsal rehearsal)
    {
        foreach (var (before, saga) in rehearsal.Sagas.Where(s => !s.After.IsOver))
        {
            var name = before is null ? "SAGA" : saga.Id.ToString();
            foreach (var hold in saga.Holds)
            {
                yield return hold.Reason is HoldReason.Guard
                    ? new(NeedReason.Guard, $"The mass guard holds the {Kind(saga)} saga: {hold.Detail}", $"Whoever is sure that so many leave: holds release {name} --why …; else holds reject.")
                    : new(NeedReason.Protected, $"The person is protected: nothing of the {Kind(saga)} saga runs.", $"Whoever is sure: holds release {name} --why …; else holds reject. Protected accounts stay untouched even then.");
            }

            if (saga.LegalHold && saga.Steps.Any(s => PlannedStep.Destroys(s.Action) && !s.IsSettled) && rehearsal.After.Person?.LegalHold is { } legal)
            {
                yield return new(
                    NeedReason.LegalHold, $"A legal hold since {Preview.Utc(legal.Since)} keeps {Destroying(saga)} of the {Kind(saga)} saga; everything else goes on.",
                    $"Whoever answers for the legal hold: people unhold {Shown.Plain(saga.PersonId.Value)} --why …");
            }

            foreach (var stage in saga.Stages.Where(stage => stage is { ApprovalRequired: true, Approved: false } && saga.Steps.Any(s => s.Stage == stage.Ordinal)))
            {
                yield return new(
                    NeedReason.Approval, $"Stage {stage.Name} of the {Kind(saga)} saga, and what comes after it, waits for an approval.",
                    $"approve {name} --stage {stage.Name} --plan HASH --why …; 'sagas show' gives the hash and the accounts.",
                    "Whoever released, replayed, resolved, chose or skipped anything in that saga, or had the guard asked about it.");
            }
        }

        if (rehearsal.Last.Verdict is IntakeVerdict.Held && !rehearsal.Last.Opened.Any(d => !d.Saga.Holds.IsEmpty))
        {
            yield return new(NeedReason.Event, "The event is held: " + rehearsal.Last.Reason, "Whoever finds out what was meant: send a correction; then holds reject event-N --why … puts the event aside.");
        }
    }

    private static string Destroying(Saga saga)
        => string.Join(" and ", saga.Steps.Where(s => PlannedStep.Destroys(s.Action) && !s.IsSettled).Select(s => Contracts.EnumText.Of(s.Action)).Distinct());

    private static string Kind(Saga saga) => Contracts.EnumText.Of(saga.Kind);
}
