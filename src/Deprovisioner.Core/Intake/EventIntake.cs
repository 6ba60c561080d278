using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Intake;

// Theory of operation. An event is applied to the registry if it is not older than what the employment has seen, and a decision is recorded either way.
// - A termination always ends the employment in the registry, even where its access cannot be cut yet (nobody known by that id, no policy): what was
//   decided is then held for a person, and a hire that arrives late cannot bring the employment back to life.
// - Only a hire, a rescission or a leave's end makes an employment active again; an update never does.
// - While another employment of the person is active, its access stays whole; the last one to end cuts all of it. So one leaver saga at most is open for a
//   person: at the end of the last employment, moved when that end moves, and cancelled when any employment is hired before it.
// - A repeated termination after a finished saga plans a new one: it reads everything again and cuts what is missing.
// - What can only be meant otherwise (an end in the future for access that is being cut, a gap before the next employment) is held, and what was planned goes on.

/// <summary>Decides what follows from an HR event.</summary>
public sealed class EventIntake(Configuration configuration, SystemActions actions)
{
    private readonly TransferIntake transfers = new(configuration, actions);

    /// <summary>The guard's limits in force; null: none.</summary>
    public GuardSettings? Guard => configuration.Guard;

    public IntakeDecision Decide(IntakeFacts facts)
        => LegalHoldIntake.Apply(facts, ProtectionIntake.Apply(configuration.Protected, facts, transfers.After(facts, ObservedIntake.Apply(facts, DecideAlone(facts)))));

    private IntakeDecision DecideAlone(IntakeFacts facts)
    {
        var hr = facts.Event;
        var known = facts.Person ?? new PersonRecord { Id = hr.PersonId };
        var employment = known.Employment(hr.EmploymentId);
        if (employment is not null && EventOrder.IsStale(employment, hr))
        {
            return Stale(facts, known, employment);
        }

        var person = RegistryUpdate.Apply(known, hr);
        if (employment is null && hr.Type is not (HrEventTypes.Hired or HrEventTypes.Terminated or HrEventTypes.TerminationRescinded) && Leavers(facts).FirstOrDefault() is { } open)
        {
            return new IntakeDecision(IntakeVerdict.Held, $"Employment {hr.EmploymentId} was not known, while saga {open.Id} ends the person's access: cancel that if the person stays.", person);
        }

        return hr.Type switch
        {
            HrEventTypes.Terminated => Terminate(facts, person),
            HrEventTypes.TerminationRescinded => Revive(facts, person, employment, "The termination was rescinded"),
            HrEventTypes.Hired => Revive(facts, person, employment, "Hired"),
            HrEventTypes.LeaveStarted => Leave(facts, person, employment, EmploymentStatus.OnLeave),
            HrEventTypes.LeaveEnded => Leave(facts, person, employment, EmploymentStatus.Active),
            HrEventTypes.Transferred or HrEventTypes.Changed => Change(facts, person, employment),
            _ => throw new ArgumentOutOfRangeException(nameof(facts), hr.Type, "Not an event type that the schema allows."),
        };
    }

    private IntakeDecision Stale(IntakeFacts facts, PersonRecord known, Employment employment)
    {
        if (known.CanBeMatched || facts.Event is { Person: null, Accounts.Count: 0 })
        {
            return new IntakeDecision(IntakeVerdict.Stale, EventOrder.Why(employment, facts.Event));
        }

        var person = RegistryUpdate.FillIn(known, facts.Event);
        if (employment.Status is not EmploymentStatus.Terminated)
        {
            return new IntakeDecision(IntakeVerdict.Applied, "A late event told who this is; nothing that a newer one decided changes.", person);
        }

        // The end came before the beginning: only now is it known whose accounts to cut. The employment stays ended.
        return EndAccess(
            facts, person, new EffectiveTime(employment.EndsAt ?? facts.Now, "the end that was announced before"), "A late event told who this is: the employment had ended already");
    }

    private IntakeDecision Terminate(IntakeFacts facts, PersonRecord updated)
    {
        var hr = facts.Event;
        var effective = Effective(facts, updated);
        var person = RegistryUpdate.Set(updated, hr.EmploymentId, EmploymentStatus.Terminated, effective.At);
        return person.CanBeMatched
            ? EndAccess(facts, person, effective, "Access ends: " + effective.Basis)
            : new IntakeDecision(IntakeVerdict.Held, "Nobody is known by this id, and the event does not say who it is: no account can be found.", person);
    }

    /// <summary>The employment ends; the person's access ends with the last one.</summary>
    private IntakeDecision EndAccess(IntakeFacts facts, PersonRecord person, EffectiveTime effective, string reason)
    {
        var id = facts.Event.EmploymentId;
        var open = Leavers(facts).OrderByDescending(s => s.EmploymentId == id).FirstOrDefault();
        if (person.Employments.FirstOrDefault(e => e.Id != id && e.Status is not EmploymentStatus.Terminated) is { } active)
        {
            // A saga that is open all the same was left so on purpose: there is a gap between the two.
            return open?.EmploymentId == id
                ? Adjust(facts, person, open, effective)
                : new IntakeDecision(IntakeVerdict.Applied, $"Employment {active.Id} is still active: its access stays.", person);
        }

        var last = person.Employments.Where(e => e.Id != id && e.EndsAt > effective.At && e.EndsAt > facts.Now).MaxBy(e => e.EndsAt);
        var end = last is { EndsAt: { } endsAt } ? new EffectiveTime(endsAt, $"employment {last.Id} is the last to end") : effective;
        return open is not null
            ? Adjust(facts, person, open, end)
            : PlanLeaver(facts, person, last ?? person.Employment(id)!, end, last is null ? reason : "Access ends: " + end.Basis);
    }

    private static IntakeDecision Adjust(IntakeFacts facts, PersonRecord person, Saga open, EffectiveTime effective)
    {
        var urgent = open.Urgent || facts.Event.Urgent;
        var decision = SagaTransitions.Next(open, new SagaInput.Reschedule(effective.At, effective.Basis, urgent), facts.Now);
        IReadOnlyList<SagaDecision> changed = decision.Refusal is null ? [decision] : [];
        return effective.At > facts.Now && decision.Saga.EffectiveAt != effective.At
            ? new IntakeDecision(IntakeVerdict.Held, $"Saga {open.Id} is cutting the access already and cannot wait until {AuditTime.Of(effective.At)}: cancel it if the person stays.", person, Changed: changed)
            : decision.Refusal is { } refusal
                ? new IntakeDecision(IntakeVerdict.NoOp, $"Saga {open.Id} is at it already. {refusal}", person)
                : new IntakeDecision(IntakeVerdict.Superseded, $"Saga {open.Id} took the new time or urgency.", person, Changed: changed);
    }

    private static IntakeDecision Revive(IntakeFacts facts, PersonRecord updated, Employment? before, string what)
    {
        var hr = facts.Event;
        var person = RegistryUpdate.Set(updated, hr.EmploymentId, EmploymentStatus.Active, null);
        var begins = hr.Type == HrEventTypes.Hired ? hr.EffectiveAt : null;
        var open = Leavers(facts).ToLookup(saga => saga.EmploymentId == hr.EmploymentId || begins is null || begins <= facts.Now || begins <= saga.EffectiveAt);
        var changed = open[true]
            .Select(saga => SagaTransitions.Next(saga, new SagaInput.Cancel(new Act($"hr-event {hr.Source} {hr.Id}", what)), facts.Now))
            .Where(decision => decision.Refusal is null)
            .ToList();
        var ran = changed.SelectMany(decision => decision.Saga.Steps).Count(MayHaveChanged);
        var held = ran > 0 ? $"what had not run was cancelled, but {ran} steps had run and must be put back by hand"
            : open[false].FirstOrDefault() is { } gap ? $"it begins after the access ends, and saga {gap.Id} goes on: cancel that if the access shall stay in between"
            : WasCut(facts, person, before) ? "its access had ended, and must be put back by hand"
            : null;
        return held is not null ? new IntakeDecision(IntakeVerdict.Held, $"{what}: {held}.", person, Changed: changed)
            : new IntakeDecision(IntakeVerdict.Applied, changed.Count == 0 ? what + "." : what + ": what had not run was cancelled.", person, Changed: changed);
    }

    /// <summary>A step that was sent and never answered for may have done its work.</summary>
    private static bool MayHaveChanged(Step step)
        => step.Status is StepStatus.Succeeded or StepStatus.InFlight || (step.Sends > 0 && step.Outcome is not (Outcome.Throttled or Outcome.Unauthorized));

    /// <summary>Who is hired anew is given access by those who hire; who never left expects to have it still.</summary>
    private static bool WasCut(IntakeFacts facts, PersonRecord person, Employment? before)
        => facts.Event.Type == HrEventTypes.TerminationRescinded
            && before is { Status: EmploymentStatus.Terminated } && before.EndsAt <= facts.Now
            && !Leavers(facts).Any() && person.Employments.All(e => e.Id == before.Id || e.Status is EmploymentStatus.Terminated);

    private static IEnumerable<Saga> Leavers(IntakeFacts facts) => facts.OpenSagas.Where(s => s.Kind is SagaKind.Leaver);

    private static IntakeDecision Leave(IntakeFacts facts, PersonRecord person, Employment? before, EmploymentStatus status)
        => before?.Status is EmploymentStatus.Terminated
            ? new IntakeDecision(IntakeVerdict.NoOp, "The employment has ended: a leave changes nothing.", person)
            : new IntakeDecision(IntakeVerdict.Applied, $"The employment is {EnumText.Of(status)}.", RegistryUpdate.Set(person, facts.Event.EmploymentId, status, before?.EndsAt));

    private IntakeDecision Change(IntakeFacts facts, PersonRecord person, Employment? before)
    {
        var hr = facts.Event;
        var movesTheEnd = hr.Type == HrEventTypes.Changed && (hr.LastDay.HasValue || hr.EffectiveAt.HasValue);
        var open = Leavers(facts).Any();
        if (!movesTheEnd || before is not { Status: EmploymentStatus.Terminated } || (!open && !(before.EndsAt > facts.Now)))
        {
            return before?.IsActiveAt(facts.Now) == true
                ? transfers.Decide(facts, person, before)
                : new IntakeDecision(IntakeVerdict.Applied, before is { Status: EmploymentStatus.Terminated } ? "Noted; the employment has ended and stays so." : "The registry was updated.", person);
        }

        var effective = Effective(facts, person);
        var moved = RegistryUpdate.Set(person, hr.EmploymentId, EmploymentStatus.Terminated, effective.At);
        return open ? EndAccess(facts, moved, effective, "The end moved") : new IntakeDecision(IntakeVerdict.Applied, "The employment's end moved; no saga waits for it.", moved);
    }

    private IntakeDecision PlanLeaver(IntakeFacts facts, PersonRecord person, Employment employment, EffectiveTime effective, string reason)
    {
        var hr = facts.Event;
        var isTermination = hr.Type == HrEventTypes.Terminated;
        var termination = hr with
        {
            Type = HrEventTypes.Terminated,
            Assignment = employment.Id == hr.EmploymentId ? hr.Assignment : employment.Assignment,
            Reason = isTermination ? hr.Reason : employment.EndReason,
            Urgent = isTermination ? hr.Urgent : employment.EndUrgent,
        };
        if (PolicyMatcher.Match(configuration, termination, employment.Assignment) is not { Policy: { } policy })
        {
            return new IntakeDecision(IntakeVerdict.Held, "No policy matches this termination.", person);
        }

        var plan = Planner.Plan(configuration, policy, actions, effective.At, effective.Basis, termination.Urgent);
        if (plan.Steps.Count == 0)
        {
            return new IntakeDecision(IntakeVerdict.Held, $"The policy {policy.Name} plans no step: nothing would be cut.", person);
        }

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
