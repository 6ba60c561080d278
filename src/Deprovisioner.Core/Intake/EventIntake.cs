using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Intake;

// Theory of operation. An event is applied to the registry if it is not older than what the employment has seen, and a decision is recorded either way.
// - A termination always ends the employment in the registry, even where its access cannot be cut yet (nobody known by that id, no policy): what was
//   decided is then held for a person, and a hire that arrives late cannot bring the employment back to life.
// - Only a hire, a rescission or a leave's end makes an employment active again; an update never does.
// - While another employment of the person is active, its access stays whole; the last one to end cuts all of it.
// - A repeated termination after a finished saga plans a new one: it reads everything again and cuts what is missing.

/// <summary>Decides what follows from an HR event.</summary>
public sealed class EventIntake(Configuration configuration, SystemActions actions)
{
    public IntakeDecision Decide(IntakeFacts facts)
    {
        var hr = facts.Event;
        var known = facts.Person ?? new PersonRecord { Id = hr.PersonId };
        var employment = known.Employment(hr.EmploymentId);
        if (employment is not null && EventOrder.IsStale(employment, hr))
        {
            return Stale(facts, known, employment);
        }

        var person = RegistryUpdate.Apply(known, hr);
        return hr.Type switch
        {
            HrEventTypes.Terminated => Terminate(facts, person),
            HrEventTypes.TerminationRescinded => Revive(facts, RegistryUpdate.Set(person, hr.EmploymentId, EmploymentStatus.Active, null), "The termination was rescinded"),
            HrEventTypes.Hired => Revive(facts, RegistryUpdate.Set(person, hr.EmploymentId, EmploymentStatus.Active, null), "Hired"),
            HrEventTypes.LeaveStarted => Leave(facts, person, employment, EmploymentStatus.OnLeave),
            HrEventTypes.LeaveEnded => Leave(facts, person, employment, EmploymentStatus.Active),
            HrEventTypes.Transferred or HrEventTypes.Changed => Change(facts, person, employment),
            _ => throw new ArgumentOutOfRangeException(nameof(facts), hr.Type, "Not an event type that the schema allows."),
        };
    }

    private IntakeDecision Stale(IntakeFacts facts, PersonRecord known, Employment employment)
    {
        if (known.CanBeMatched || facts.Event.Person is null || employment.Status is not EmploymentStatus.Terminated)
        {
            return new IntakeDecision(IntakeVerdict.Stale, EventOrder.Why(employment, facts.Event));
        }

        // The end came before the beginning: only now is it known whose accounts to cut. The employment stays ended.
        var person = known with { Attributes = facts.Event.Person, Accounts = facts.Event.Accounts };
        var late = PlanLeaver(facts, person, employment, "A late event told who this is: the employment had ended already");
        return late with { Person = person };
    }

    private IntakeDecision Terminate(IntakeFacts facts, PersonRecord updated)
    {
        var hr = facts.Event;
        var effective = Effective(facts, updated);
        var person = RegistryUpdate.Set(updated, hr.EmploymentId, EmploymentStatus.Terminated, effective.At);
        var employment = person.Employment(hr.EmploymentId)!;
        if (!person.CanBeMatched)
        {
            return new IntakeDecision(IntakeVerdict.Held, "Nobody is known by this id, and the event does not say who it is: no account can be found.", person);
        }

        var open = facts.OpenSagas.FirstOrDefault(s => s.EmploymentId == hr.EmploymentId && s.Kind is SagaKind.Leaver);
        if (open is not null)
        {
            return Adjust(facts, person, open, effective);
        }

        if (person.Employments.FirstOrDefault(e => e.Id != hr.EmploymentId && e.IsActiveAt(effective.At)) is { } other)
        {
            return new IntakeDecision(IntakeVerdict.Applied, $"Employment {other.Id} is still active: its access stays.", person);
        }

        return PlanLeaver(facts, person, employment, "Access ends: " + effective.Basis);
    }

    private static IntakeDecision Adjust(IntakeFacts facts, PersonRecord person, Saga open, EffectiveTime effective)
    {
        var urgent = open.Urgent || facts.Event.Urgent;
        var decision = SagaTransitions.Next(open, new SagaInput.Reschedule(effective.At, effective.Basis, urgent), facts.Now);
        return decision.Refusal is { } refusal
            ? new IntakeDecision(IntakeVerdict.NoOp, $"Saga {open.Id} is at it already. {refusal}", person)
            : new IntakeDecision(IntakeVerdict.Superseded, $"Saga {open.Id} took the new time or urgency.", person, Changed: [decision]);
    }

    private static IntakeDecision Revive(IntakeFacts facts, PersonRecord person, string what)
    {
        var changed = facts.OpenSagas
            .Where(saga => saga.EmploymentId == facts.Event.EmploymentId && saga.Kind is SagaKind.Leaver)
            .Select(saga => SagaTransitions.Next(saga, new SagaInput.Cancel(new Act($"hr-event {facts.Event.Source} {facts.Event.Id}", what)), facts.Now))
            .Where(decision => decision.Refusal is null)
            .ToList();
        var ran = changed.SelectMany(decision => decision.Saga.Steps).Count(step => step.Status is StepStatus.Succeeded or StepStatus.InFlight);
        return ran == 0
            ? new IntakeDecision(IntakeVerdict.Applied, changed.Count == 0 ? what + "." : what + ": what had not run was cancelled.", person, Changed: changed)
            : new IntakeDecision(IntakeVerdict.Held, $"{what}: what had not run was cancelled, but {ran} steps had run and must be put back by hand.", person, Changed: changed);
    }

    private static IntakeDecision Leave(IntakeFacts facts, PersonRecord person, Employment? before, EmploymentStatus status)
        => before?.Status is EmploymentStatus.Terminated
            ? new IntakeDecision(IntakeVerdict.NoOp, "The employment has ended: a leave changes nothing.", person)
            : new IntakeDecision(IntakeVerdict.Applied, $"The employment is {EnumText.Of(status)}.", RegistryUpdate.Set(person, facts.Event.EmploymentId, status, before?.EndsAt));

    private IntakeDecision Change(IntakeFacts facts, PersonRecord person, Employment? before)
    {
        var hr = facts.Event;
        var movesTheEnd = hr.Type == HrEventTypes.Changed && (hr.LastDay.HasValue || hr.EffectiveAt.HasValue);
        if (movesTheEnd && before is { Status: EmploymentStatus.Terminated }
            && facts.OpenSagas.FirstOrDefault(s => s.EmploymentId == hr.EmploymentId && s.Kind is SagaKind.Leaver) is { } open)
        {
            var effective = Effective(facts, person);
            return Adjust(facts, RegistryUpdate.Set(person, hr.EmploymentId, EmploymentStatus.Terminated, effective.At), open, effective);
        }

        return new IntakeDecision(IntakeVerdict.Applied, before is { Status: EmploymentStatus.Terminated }
            ? "Noted; the employment has ended and stays so."
            : "The registry was updated.", person);
    }

    private IntakeDecision PlanLeaver(IntakeFacts facts, PersonRecord person, Employment employment, string reason)
    {
        var termination = facts.Event.Type == HrEventTypes.Terminated ? facts.Event : facts.Event with { Type = HrEventTypes.Terminated };
        if (PolicyMatcher.Match(configuration, termination, employment.Assignment) is not { Policy: { } policy })
        {
            return new IntakeDecision(IntakeVerdict.Held, "No policy matches this termination.", person);
        }

        var effective = facts.Event.Type == HrEventTypes.Terminated
            ? EffectiveTime.Resolve(Placed(termination, employment), policy, configuration.Defaults, facts.Now)
            : new EffectiveTime(employment.EndsAt ?? facts.Now, "the end that was announced before");
        var plan = Planner.Plan(configuration, policy, actions, effective.At, effective.Basis, termination.Urgent);
        var saga = Saga.Of(plan, facts.NewSaga, SagaKind.Leaver, person.Id, employment.Id, employment.Version, policy.Retry, facts.Now);
        var verdict = effective.At > facts.Now ? IntakeVerdict.Scheduled : IntakeVerdict.Planned;
        return new IntakeDecision(verdict, reason + ".", person, SagaTransitions.Start(saga, facts.Now));
    }

    private EffectiveTime Effective(IntakeFacts facts, PersonRecord person)
    {
        var employment = person.Employment(facts.Event.EmploymentId)!;
        var match = PolicyMatcher.Match(configuration, facts.Event with { Type = HrEventTypes.Terminated }, employment.Assignment);
        return EffectiveTime.Resolve(Placed(facts.Event, employment), match?.Policy, configuration.Defaults, facts.Now);
    }

    /// <summary>An event that is silent about place and zone means those of the employment.</summary>
    private static HrEvent Placed(HrEvent hr, Employment employment)
        => hr with { Assignment = hr.Assignment ?? employment.Assignment, TimeZone = hr.TimeZone ?? employment.TimeZone };
}
