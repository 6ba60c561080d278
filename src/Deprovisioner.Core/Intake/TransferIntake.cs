using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Intake;

// Theory of operation. What only the old assignment justified is taken away; what the new one, or any other active employment, justifies is never on the list.
// - One mover saga at most is open for a person. A transfer that takes more away supersedes it: what it had not done yet is planned again with the new, unless it is justified now.
//   One that takes nothing more away leaves it open, and only spares what is justified anew: so a repeated event does not begin the grace again.
// - Whatever event changes what is justified spares it in the open saga (a hire into a second employment, a transfer back).
// - A leaver saga leaves a mover as it is, though it takes everything: the termination may be rescinded, and then the old assignment's access would stay for ever. Otherwise the mover finds
//   nothing left to do.
// - A changed event that carries another assignment is a transfer in all but its name: were it none, the next transfer would start from the new assignment, and the
//   old one's access would stay for ever.

/// <summary>Decides what follows from a transfer, and what other events mean for an open mover saga.</summary>
internal sealed class TransferIntake(Configuration configuration, SystemActions actions)
{
    private readonly AccessModel model = new(configuration.Roles);

    /// <param name="person">As the event leaves them.</param>
    /// <param name="before">The employment as it was.</param>
    public IntakeDecision Decide(IntakeFacts facts, PersonRecord person, Employment before)
    {
        // A changed event's dates are the contract's end, and so may the lastDay of a transfer or a hire be.
        var hr = facts.Event with { Type = HrEventTypes.Transferred, EffectiveAt = facts.Event.Type == HrEventTypes.Changed ? null : facts.Event.EffectiveAt, LastDay = null };
        if (model.IsEmpty || PolicyMatcher.Match(configuration, hr, before.Assignment) is not { Policy: { } policy })
        {
            return Applied(person, "The registry was updated.");
        }

        var transfer = EffectiveTime.Resolve(hr, policy, configuration.Defaults, facts.Now);
        var after = person.Employment(before.Id)!;
        if (before.Assignment is null || !after.IsActiveAt(transfer.At))
        {
            return Applied(person, before.Assignment is null ? "The registry was updated; no earlier assignment is known, so none is lost." : "Noted; the employment has ended by then and stays so.");
        }

        var movers = Movers(facts).ToList();
        var outstanding = MoverPlanner.Outstanding(movers);
        var change = model.Change(before.Assignment, after.Assignment, Others(person, before.Id, facts.Now));
        if (!MoverPlanner.IsNeeded(change, policy, before.Assignment, after.Assignment, isOneOpen: movers.Count > 0))
        {
            return MoverPlanner.IsSamePlace(before.Assignment, after.Assignment) && hr.EffectiveAt is not null ? Moved(facts, person, movers, transfer, policy) : Applied(person, "The registry was updated; no more access is lost.");
        }

        var plan = MoverPlanner.Plan(configuration, policy, actions, change, outstanding, transfer, hr.Urgent);
        if (plan.Steps.Count == 0)
        {
            return Applied(person, $"The registry was updated; the policy {policy.Name} has no step for what is lost.");
        }

        if (!person.CanBeMatched)
        {
            return new IntakeDecision(IntakeVerdict.Held, "Access is lost, but nobody is known by this id, and the event does not say who it is: no account can be found.", person);
        }

        var saga = Saga.Of(plan, facts.NewSaga, SagaKind.Mover, person.Id, after.Id, after.Version, policy.Retry, facts.Now);
        return new IntakeDecision(
            plan.EffectiveAt > facts.Now ? IntakeVerdict.Scheduled : IntakeVerdict.Planned,
            change.Lost.Count switch
            {
                0 => "Transferred: nothing is lost by roles; what no role explains is looked for.",
                1 => "Transferred: 1 entitlement is not justified any more.",
                var lost => $"Transferred: {lost} entitlements are not justified any more.",
            },
            person,
            SagaTransitions.Start(saga, facts.Now),
            Taken(movers.Select(mover => SagaTransitions.Next(mover, new SagaInput.Cancel(By(facts, $"superseded by saga {saga.Id}")), facts.Now))));
    }

    /// <summary>The decision with what it means for the person's open movers.</summary>
    public IntakeDecision After(IntakeFacts facts, IntakeDecision decision)
    {
        var changed = decision.Changed ?? [];
        var movers = Movers(facts).Where(mover => changed.All(c => c.Saga.Id != mover.Id)).ToList();
        if (movers.Count == 0 || decision.Person is not { } person)
        {
            return decision;
        }

        var justified = model.Justified(person.Employments.Where(e => e.IsActiveAt(facts.Now)).Select(e => e.Assignment)).Select(one => one.Entitlement).ToHashSet();
        var taken = Taken(movers.Select(mover => SagaTransitions.Next(mover, new SagaInput.Spare(justified, By(facts, "justified by an active employment")), facts.Now)));
        return taken.Count == 0 ? decision : decision with { Changed = [.. changed, .. taken] };
    }

    /// <summary>The same transfer with another date.</summary>
    private static IntakeDecision Moved(IntakeFacts facts, PersonRecord person, List<Saga> movers, EffectiveTime transfer, Policy policy)
    {
        var moved = Taken(movers.Select(mover => SagaTransitions.Next(
            mover, new SagaInput.Reschedule(transfer.At + policy.Grace, $"{transfer.Basis}, moved", mover.Urgent || facts.Event.Urgent), facts.Now)));
        return moved.Count > 0
            ? new IntakeDecision(IntakeVerdict.Superseded, $"Saga {moved[0].Saga.Id} took the new time or urgency.", person, Changed: moved)
            : Applied(person, "The registry was updated; no more access is lost.");
    }

    private static IReadOnlyList<SagaDecision> Taken(IEnumerable<SagaDecision> decisions) => [.. decisions.Where(decision => decision.Refusal is null)];

    private static IntakeDecision Applied(PersonRecord person, string reason) => new(IntakeVerdict.Applied, reason, person);

    private static IEnumerable<Saga> Movers(IntakeFacts facts) => facts.OpenSagas.Where(saga => saga.Kind is SagaKind.Mover);

    /// <summary>What the person works as beside that employment.</summary>
    internal static IReadOnlyList<Assignment?> Others(PersonRecord person, EmploymentId id, DateTimeOffset now)
        => [.. person.Employments.Where(e => e.Id != id && e.IsActiveAt(now)).Select(e => e.Assignment)];

    private static Act By(IntakeFacts facts, string why) => new($"hr-event {facts.Event.Source} {facts.Event.Id}", why);
}
