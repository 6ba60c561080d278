using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Intake;

/// <summary>A leave of absence: access rests, if a policy says so, and comes back.</summary>
internal sealed class LeaveOfAbsence(Configuration configuration, SystemActions actions)
{
    public IntakeDecision Start(IntakeFacts facts, PersonRecord updated)
    {
        var hr = facts.Event;
        var before = updated.Employment(hr.EmploymentId)!;
        var match = PolicyMatcher.Match(configuration, hr, before.Assignment);
        var from = EffectiveTime.Resolve(Leaving.Placed(hr, before), match?.Policy, configuration.Defaults, facts.Now);
        var person = RegistryUpdate.SetLeave(updated, hr, facts.Now, from.At, null);
        if (before.EndsAt <= facts.Now)
        {
            return new IntakeDecision(IntakeVerdict.NoOp, "The employment has ended: a leave changes nothing.", person);
        }

        var presence = Presence.Of(person, facts.Now, configuration.Defaults.Bridge);
        if (!person.CanBeMatched)
        {
            // Awaited looks again once an event has told who it is.
            return new IntakeDecision(IntakeVerdict.Applied, "Nobody is known by this id, and the event does not say who it is: access rests once that is told.", person);
        }

        if (presence.LeaveAt is not { } at || match is null || facts.Open(SagaKind.Leaver) is { Status: not SagaStatus.Scheduled })
        {
            return new IntakeDecision(IntakeVerdict.Applied, presence.LeaveAt is null ? "The employment is on-leave; another one keeps the access." : "The employment is on-leave.", person);
        }

        return Suspend(facts, person, match.Policy, presence.Leaving!, at == from.At ? from : new EffectiveTime(at, $"the leave of employment {presence.Leaving!.Id}"));
    }

    /// <summary>A leave that was outweighed until now, by another employment or by an end that does not come.</summary>
    public IntakeDecision Look(IntakeFacts facts, Presence presence)
    {
        var person = facts.Person!;
        var leaving = presence.Leaving!;
        var policy = Policy(facts, leaving);
        return policy is null ? new IntakeDecision(IntakeVerdict.NoOp, "No policy says that access rests.", person)
            : !IsMissing(presence, Returning.Now(facts, []))
            ? new IntakeDecision(IntakeVerdict.NoOp, "The access rests already.", person, Changed: Leaving.Stopped(facts, "Access rests", SagaKind.Restore))
            : Suspend(facts, person, policy, leaving, new EffectiveTime(presence.LeaveAt!.Value, $"the leave of employment {leaving.Id}"));
    }

    /// <summary>The decision, and with it an open saga for a leave that something else has moved or undone.</summary>
    public static IntakeDecision Kept(IntakeFacts facts, IntakeDecision decision, Presence presence)
    {
        var changed = decision.Changed ?? [];
        if (facts.Open(SagaKind.Leave) is not { } open || changed.Any(d => d.Saga.Id == open.Id))
        {
            return decision;
        }

        SagaInput input = presence.LeaveAt is { } at
            ? new SagaInput.Reschedule(at, $"the leave of employment {presence.Leaving!.Id}", open.Urgent)
            : new SagaInput.Cancel(facts.By("No leave is to come"));
        var kept = SagaTransitions.Next(open, input, facts.Now);
        var stopped = presence.IsOnLeave ? Leaving.Stopped(facts, "Access rests", SagaKind.Restore).Where(d => changed.All(c => c.Saga.Id != d.Saga.Id)) : [];
        return kept.Refusal is null && presence.LeaveAt != open.EffectiveAt ? decision with { Changed = [.. changed, kept, .. stopped] } : decision;
    }

    /// <summary>When access must rest though no event comes.</summary>
    public NextLook? NextLook(IntakeFacts facts, PersonRecord person, Presence presence, IReadOnlyList<CutSaga> cuts)
        => person.CanBeMatched && presence is { IsJustified: true, LeaveAt: { } at, Leaving: { } leaving } && IsMissing(presence, cuts) && Policy(facts, leaving) is not null
            ? new NextLook(at > facts.Now ? at : facts.Now, HrEventTypes.LeaveStarted)
            : null;

    public IntakeDecision End(IntakeFacts facts, PersonRecord updated, Returning returning)
    {
        var hr = facts.Event;
        var before = updated.Employment(hr.EmploymentId)!;
        var until = EffectiveTime.Resolve(Leaving.Placed(hr, before), null, configuration.Defaults, facts.Now);
        if (until.At > facts.Now && before.LeaveFrom is not null)
        {
            var later = RegistryUpdate.SetLeave(updated, hr, facts.Now, before.LeaveFrom, until.At);
            return new IntakeDecision(IntakeVerdict.Applied, $"The leave ends {AuditTime.Of(until.At)}.", later);
        }

        var person = RegistryUpdate.SetLeave(updated, hr, facts.Now, null, null);
        if (before.EndsAt <= facts.Now)
        {
            return new IntakeDecision(IntakeVerdict.NoOp, "The employment has ended: a leave changes nothing.", person);
        }

        // Of a leave that nobody told of nothing is to be put back: what was taken was taken for another reason.
        var presence = Presence.Of(person, facts.Now, configuration.Defaults.Bridge);
        var wasOnLeave = before.LeaveFrom is not null || facts.Cuts.Any(c => c.Saga.Kind is SagaKind.Leave);
        if (!wasOnLeave || facts.Open(SagaKind.Leaver) is { Status: not SagaStatus.Scheduled } || !presence.IsJustified || presence.IsOnLeave)
        {
            return new IntakeDecision(IntakeVerdict.Applied, $"The employment is {EnumText.Of(person.Employment(hr.EmploymentId)!.Status)}.", person);
        }

        return returning.Restore(facts, person, "The leave is over", HrEventTypes.LeaveEnded, Leaving.Stopped(facts, "The leave is over", SagaKind.Leave));
    }

    private IntakeDecision Suspend(IntakeFacts facts, PersonRecord person, Policy policy, Employment employment, EffectiveTime from)
    {
        if (facts.Open(SagaKind.Leave) is { } open)
        {
            var moved = SagaTransitions.Next(open, new SagaInput.Reschedule(from.At, from.Basis, open.Urgent), facts.Now);
            return moved.Refusal is { } refusal
                ? new IntakeDecision(IntakeVerdict.NoOp, $"Saga {open.Id} is at it already. {refusal}", person)
                : new IntakeDecision(
                    IntakeVerdict.Superseded, $"Saga {open.Id} took the new time.", person, Changed: [moved, .. from.At > facts.Now ? [] : Leaving.Stopped(facts, "Access rests", SagaKind.Restore)]);
        }

        var plan = Planner.Plan(configuration, policy, actions, from.At, from.Basis, facts.Event.Urgent);
        if (plan.Steps.Count == 0)
        {
            return new IntakeDecision(IntakeVerdict.Held, $"The policy {policy.Name} plans no step: nothing would rest.", person);
        }

        var saga = Saga.Of(plan, facts.NewSaga, SagaKind.Leave, person.Id, employment.Id, employment.Version, policy.Retry, facts.Now);
        return new IntakeDecision(
            from.At > facts.Now ? IntakeVerdict.Scheduled : IntakeVerdict.Planned, $"Access rests: {from.Basis}.", person, SagaTransitions.Start(saga, facts.Now),
            from.At > facts.Now ? null : Leaving.Stopped(facts, "Access rests", SagaKind.Restore));
    }

    /// <summary>Whether no saga sees to it that the access rests. One that ends the access does, if it has done so or is at it.</summary>
    private static bool IsMissing(Presence presence, IReadOnlyList<CutSaga> cuts)
        => presence.LeaveAt is not null && !cuts.Any(c => c.Saga.Kind is SagaKind.Leave ? c.Saga.Status is not SagaStatus.Cancelled
            : c.Saga.Kind is SagaKind.Leaver && (c.Saga.Status is SagaStatus.Completed || (!c.Saga.IsOver && c.Saga.Status is not SagaStatus.Scheduled)));

    private Policy? Policy(IntakeFacts facts, Employment leaving)
        => PolicyMatcher.Match(configuration, facts.Event with { Type = HrEventTypes.LeaveStarted, Assignment = leaving.Assignment }, leaving.Assignment)?.Policy;
}
