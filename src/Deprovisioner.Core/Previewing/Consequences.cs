using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Previewing;

/// <summary>What stays, whatever is decided afterwards.</summary>
internal static class Consequences
{
    /// <summary>What would be done by the sagas that go on, and cannot be undone. What is only observed is not done.</summary>
    public static IReadOnlyList<StepConsequence> Irreversible(Rehearsal rehearsal, IReadOnlySet<SystemName> observed)
        => [.. rehearsal.Sagas.Where(s => !s.After.IsOver)
            .SelectMany(s => s.After.Steps)
            .Where(s => !s.IsSettled && !observed.Contains(s.System) && (s.Reversible ?? Reversibility.Of(s.Action)) == Reversibility.No)
            .GroupBy(s => s.Action)
            .Select(steps => new StepConsequence([.. steps.Select(s => s.System).Distinct()], steps.Key, Why(steps.Key)))];

    /// <summary>
    /// Somebody is back: what was done to them that no saga would put back. Said by the restore that would be opened; where none is, by what their sagas took.
    /// </summary>
    public static IReadOnlyList<StepConsequence> NotGivenBack(Rehearsal rehearsal)
    {
        if (rehearsal.After.Event.Type is not (HrEventTypes.Hired or HrEventTypes.TerminationRescinded or HrEventTypes.LeaveEnded))
        {
            return [];
        }

        if (rehearsal.Last.Restore is { Saga: var restore })
        {
            return [.. restore.NotRestored.Select(Consequence)];
        }

        var over = Returning.Now(rehearsal.Before, [.. rehearsal.Last.Changed ?? []]).Concat(Answered(rehearsal)).Where(c => c.Saga.IsOver).DistinctBy(c => c.Saga.Id).ToList();
        if (rehearsal.Last is { Verdict: not IntakeVerdict.Held, Person.NextLook: not null })
        {
            // It is looked at again, and given back then. Only what cannot be is certain now, and of steps that are under way nothing is.
            return [.. OwedAccess.Of([.. over.Select(c => c with { Saga = c.Saga with { Steps = [.. c.Saga.Steps.Where(s => s.Status is not StepStatus.InFlight)] } })]).Lost.Select(Consequence)];
        }

        var owed = OwedAccess.Of(over);
        return
        [
            .. owed.Systems.Select(system => new StepConsequence([system], StepAction.RestoreAccount, "Nothing does it by itself: a person has to give back the sign-in or the entitlements that were taken.")),
            .. owed.Lost.Select(Consequence),
        ];
    }

    /// <summary>Those that the return itself marks as answered for.</summary>
    private static IEnumerable<CutSaga> Answered(Rehearsal rehearsal)
        => rehearsal.Before.Cuts.Select(c => c with { Saga = rehearsal.Sagas.FirstOrDefault(s => s.After.Id == c.Saga.Id).After ?? c.Saga }).Where(c => c.Saga.ReturnedAt is not null);

    private static StepConsequence Consequence(NotRestored lost) => new([lost.System], lost.Action, lost.Why);

    private static string Why(StepAction action)
        => action switch
        {
            StepAction.RevokeSessions => "Whoever is signed in is thrown out, and has to sign in again.",
            StepAction.RevokeCredentials => "Passwords and keys stop working: the person would need new ones.",
            StepAction.TransferData => "What the account owns belongs to somebody else afterwards.",
            StepAction.DeleteAccount => "The account is gone: it would have to be created anew.",
            StepAction.ManualTask => "A person does it, and a person would have to undo it.",
            _ => "The policy says so.",
        };
}
