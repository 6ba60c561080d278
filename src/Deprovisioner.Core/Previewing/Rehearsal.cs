using Deprovisioner.Contracts;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Previewing;

// Theory of operation. A preview is true only if it is made by what decides. So the events go through the intake and the guard themselves, one after the other, each finding what the one before it
// left; what is described are the decisions. Nothing is kept: storage reads the facts without a lock, and the new sagas' ids are those of no saga.

/// <summary>Events that were decided and not kept.</summary>
/// <param name="Before">What the first found.</param>
/// <param name="After">What the last left.</param>
/// <param name="Last">The decision about the last of them, with the guard's say.</param>
/// <param name="Sagas">Every saga that is other than before, as it was (null: new) and as it would be; new ones first.</param>
internal sealed record Rehearsal(IntakeFacts Before, IntakeFacts After, IntakeDecision Last, IReadOnlyList<(Saga? Before, Saga After)> Sagas)
{
    /// <param name="events">At least one, in order.</param>
    public static Rehearsal Of(EventIntake intake, PreviewFacts preview, IReadOnlyList<HrEvent> events)
    {
        var (facts, guard) = (preview.Intake, preview.Guard);
        var known = facts.OpenSagas.Concat(facts.Cuts.Select(c => c.Saga)).DistinctBy(s => s.Id).ToDictionary(s => s.Id);
        var decided = new Dictionary<SagaId, Saga>();
        IntakeDecision? last = null;
        foreach (var (index, hr) in events.Index())
        {
            facts = facts with { Event = hr, NewSaga = IdOf(preview.Intake.NewSaga, index), NewRestore = IdOf(preview.Intake.NewRestore, index) };
            (guard, last) = MassGuard.After(guard, intake.Decide(facts), facts.Now);
            foreach (var saga in last.Opened.Concat(last.Changed ?? []).Select(d => d.Saga))
            {
                decided[saga.Id] = saga;
            }

            facts = Left(facts, last, decided);
        }

        return new Rehearsal(
            preview.Intake with { Event = events[0] }, facts, last!,
            [.. decided.Values.Select(after => (Before: known.GetValueOrDefault(after.Id), After: after)).Where(s => !ReferenceEquals(s.Before, s.After)).OrderBy(s => s.Before is not null)]);
    }

    /// <summary>As storage would load them again.</summary>
    private static IntakeFacts Left(IntakeFacts facts, IntakeDecision decision, Dictionary<SagaId, Saga> decided)
    {
        var open = facts.OpenSagas.Select(s => decided.GetValueOrDefault(s.Id, s)).Concat(decision.Opened.Select(d => d.Saga)).DistinctBy(s => s.Id);
        var cuts = facts.Cuts.Select(c => c with { Saga = decided.GetValueOrDefault(c.Saga.Id, c.Saga) })
            .Concat(decision.Opened.Where(d => d.Saga.Kind is SagaKind.Leaver or SagaKind.Leave or SagaKind.Restore).Select(d => new CutSaga(d.Saga, new Dictionary<StepId, IReadOnlyList<AccountSnapshot>>())))
            .DistinctBy(c => c.Saga.Id);
        return facts with { Person = decision.Person ?? facts.Person, OpenSagas = [.. open.Where(s => !s.IsOver)], Cuts = [.. cuts.Where(c => c.Saga.ReturnedAt is null)] };
    }

    /// <summary>Other ids for each event, since each may open sagas; the lowest bit tells a third saga's id from a second's.</summary>
    private static SagaId IdOf(SagaId first, int index)
    {
        Span<byte> bytes = stackalloc byte[16];
        first.Value.TryWriteBytes(bytes);
        bytes[^1] ^= (byte)(index << 1);
        return new SagaId(new Guid(bytes));
    }
}
