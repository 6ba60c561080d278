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
        if (HasEnded(updated, hr, facts.Now))
        {
            return new IntakeDecision(IntakeVerdict.NoOp, "The employment has ended: a leave changes nothing.", updated);
        }

        var match = PolicyMatcher.Match(configuration, hr, updated.Employment(hr.EmploymentId)!.Assignment);
        var from = EffectiveTime.Resolve(Leaving.Placed(hr, updated.Employment(hr.EmploymentId)!), match?.Policy, configuration.Defaults, facts.Now);
        var person = RegistryUpdate.Set(updated, hr.EmploymentId, e => e with { LeaveFrom = from.At, LeaveUntil = null });
        var presence = Presence.Of(person, facts.Now, configuration.Defaults.Bridge);
        if (presence.LeaveAt is not { } at || match is null || facts.Open(SagaKind.Leaver) is { Status: not SagaStatus.Scheduled })
        {
            return new IntakeDecision(IntakeVerdict.Applied, presence.LeaveAt is null ? "The employment is on-leave; another one keeps the access." : "The employment is on-leave.", person);
        }

        return Suspend(facts, person, match.Policy, presence.Leaving!, presence.Leaving!.Id == hr.EmploymentId ? from : new EffectiveTime(at, $"the leave of employment {presence.Leaving.Id}"));
    }

    public IntakeDecision End(IntakeFacts facts, PersonRecord updated, Returning returning)
    {
        var hr = facts.Event;
        var before = updated.Employment(hr.EmploymentId)!;
        if (HasEnded(updated, hr, facts.Now))
        {
            return new IntakeDecision(IntakeVerdict.NoOp, "The employment has ended: a leave changes nothing.", updated);
        }

        var until = EffectiveTime.Resolve(Leaving.Placed(hr, before), null, configuration.Defaults, facts.Now);
        if (until.At > facts.Now && before.LeaveFrom is not null)
        {
            var later = RegistryUpdate.Set(updated, hr.EmploymentId, e => e with { LeaveUntil = until.At });
            return new IntakeDecision(IntakeVerdict.Applied, $"The leave ends {AuditTime.Of(until.At)}.", later);
        }

        var person = RegistryUpdate.Set(updated, hr.EmploymentId, e => e with { LeaveFrom = null, LeaveUntil = null });
        var presence = Presence.Of(person, facts.Now, configuration.Defaults.Bridge);
        if (facts.Open(SagaKind.Leaver) is not null || !presence.IsJustified || presence.IsOnLeave)
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
                : new IntakeDecision(IntakeVerdict.Superseded, $"Saga {open.Id} took the new time.", person, Changed: [moved]);
        }

        var plan = Planner.Plan(configuration, policy, actions, from.At, from.Basis, facts.Event.Urgent);
        if (plan.Steps.Count == 0)
        {
            return new IntakeDecision(IntakeVerdict.Held, $"The policy {policy.Name} plans no step: nothing would rest.", person);
        }

        var saga = Saga.Of(plan, facts.NewSaga, SagaKind.Leave, person.Id, employment.Id, employment.Version, policy.Retry, facts.Now);
        return new IntakeDecision(
            from.At > facts.Now ? IntakeVerdict.Scheduled : IntakeVerdict.Planned, $"Access rests: {from.Basis}.", person, SagaTransitions.Start(saga, facts.Now), Leaving.Stopped(facts, "Access rests", SagaKind.Restore));
    }

    private static bool HasEnded(PersonRecord person, HrEvent hr, DateTimeOffset now) => person.Employment(hr.EmploymentId)!.EndsAt <= now;
}
