using Deprovisioner.Contracts;
using Deprovisioner.Core.Drift;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Intake;

// Theory of operation. An event is applied to the registry if it is not older than what the employment has seen, and a decision is recorded either way.
// - A termination always ends the employment in the registry, even where its access cannot be cut yet (nobody known by that id, no policy): what was
//   decided is then held for a person, and a hire that arrives late cannot bring the employment back to life.
// - Only a hire, a rescission or a leave's end brings anybody back; an update never does.
// - What the registry then says of all employments together (Presence) decides what shall be: at most one leaver saga is open for a person, at the end of the last employment. It moves
//   when that end moves, and is cancelled when the person stays (Leaving, Returning). What it took is owed to who is back.
// - A repeated termination after a finished saga plans a new one: it reads everything again and cuts what is missing.
// - What can only be meant otherwise (an end in the future for access that is being cut) is held, and what was planned goes on.

/// <summary>Decides what follows from an HR event.</summary>
public sealed class EventIntake(Configuration configuration, SystemActions actions)
{
    /// <summary>The source of what stands among the events and came from nobody else.</summary>
    public const string OwnSource = "deprovisioner";

    private readonly Leaving leaving = new(configuration, actions);
    private readonly Returning returning = new(configuration, actions);
    private readonly LeaveOfAbsence leave = new(configuration, actions);
    private readonly TransferIntake transfers = new(configuration, actions);
    private readonly Relinquishing relinquishing = new(configuration, actions);
    private readonly DriftIntake drift = new(configuration, actions);

    /// <summary>The guard's limits in force; null: none.</summary>
    public GuardSettings? Guard => configuration.Guard;

    /// <summary>What the organisation decided, in force.</summary>
    public Configuration Configuration => configuration;

    /// <summary>Whether the accounts of people who left are read again.</summary>
    public bool LooksForDrift => configuration.Drift is not null;

    public IntakeDecision Decide(IntakeFacts facts) => Guarded(facts, Awaited(facts, transfers.After(facts, ObservedIntake.Apply(facts, Applied(facts)))));

    /// <summary>What follows where no event came and the time has come that <see cref="PersonRecord.NextLook"/> names: access rests, or is due back.</summary>
    /// <param name="facts">With <see cref="EventOf"/> as the event.</param>
    public IntakeDecision Look(IntakeFacts facts)
    {
        facts = facts with { OnlyTimePassed = true };
        var presence = Presence.Of(facts.Person!, facts.Now, configuration.Defaults.Bridge);
        var looked = presence switch
        {
            { IsOnLeave: true } => leave.Look(facts, presence),
            { IsJustified: true } => returning.Look(facts, presence),
            _ => new IntakeDecision(IntakeVerdict.NoOp, "The person's access is not due back.", facts.Person, Changed: Leaving.Stopped(facts, "Access ends", SagaKind.Restore)),
        };
        return Guarded(facts, Awaited(facts, presence.IsJustified ? relinquishing.Look(facts, looked) : looked));
    }

    /// <summary>What follows where access that was cut is there again.</summary>
    public IntakeDecision Drift(DriftFacts facts)
        => Guarded(new IntakeFacts(EventOf(facts.Person, facts.Now), facts.Person, [], [], facts.NewSaga, facts.NewSaga, facts.Now) { OnlyTimePassed = true }, drift.Decide(facts));

    /// <summary>What follows where the accounts of somebody who left are due to be read again; null: drift is off.</summary>
    public DriftLook? LookForDrift(PersonRecord person, IEnumerable<Saga> sagas, DateTimeOffset? askedAt, DateTimeOffset now)
        => configuration.Drift is { } settings ? DriftSchedule.Look(settings, configuration, person, sagas, askedAt, now) : null;

    /// <summary>What stands for an event where only time has passed.</summary>
    public static HrEvent EventOf(PersonRecord person, DateTimeOffset now)
    {
        var cause = person.NextLook?.Cause ?? HrEventTypes.Changed;
        var employment = person.Employments.OrderByDescending(e => e.EndsAt is null).ThenByDescending(e => e.StartsAt).First();
        return new()
        {
            Source = OwnSource,
            Id = "time has passed",
            Type = cause,
            Time = now,
            PersonId = person.Id,
            EmploymentId = employment.Id,
            Assignment = employment.Assignment,
        };
    }

    private IntakeDecision Applied(IntakeFacts facts)
    {
        var hr = facts.Event;
        var known = facts.Person ?? new PersonRecord { Id = hr.PersonId };
        var employment = known.Employment(hr.EmploymentId);
        if (employment is not null && EventOrder.IsStale(employment.Seen(EventOrder.MainAspect(hr)), hr, facts.Now))
        {
            // Nor does a newer title take away what an older event said of the contract's end.
            if (hr.Type == HrEventTypes.Changed && MovesTheEnd(hr, employment) && !EventOrder.IsStale(employment.Presence, hr, facts.Now))
            {
                return Change(facts, RegistryUpdate.Apply(known, hr, facts.Now), employment);
            }

            // Even a hire that came too late to decide when the employment begins says that a leave of before is over.
            return hr.Type == HrEventTypes.Hired && employment.LeaveFrom is not null && !EventOrder.IsStale(employment.Leave, hr, facts.Now)
                ? leave.End(facts with { Event = hr with { Type = HrEventTypes.LeaveEnded, EffectiveAt = null, LastDay = null } }, RegistryUpdate.Apply(known, hr, facts.Now), returning)
                : Stale(facts, known, employment);
        }

        var person = RegistryUpdate.Apply(known, hr, facts.Now);
        if (employment is null && hr.Type is not (HrEventTypes.Hired or HrEventTypes.Terminated or HrEventTypes.TerminationRescinded)
            && facts.Cuts.FirstOrDefault(c => c.Saga.Kind is SagaKind.Leaver && c.Saga.Status is not SagaStatus.Cancelled) is { Saga: var taking })
        {
            return new IntakeDecision(
                IntakeVerdict.Held, $"Employment {hr.EmploymentId} was not known, while saga {taking.Id} {(taking.IsOver ? "ended" : "ends")} the person's access: see that they get it back if they stay.", person);
        }

        return hr.Type switch
        {
            HrEventTypes.Terminated => relinquishing.Announced(facts, leaving.Terminate(facts, person)),
            HrEventTypes.TerminationRescinded => returning.Return(facts, person, "The termination was rescinded"),
            HrEventTypes.Hired => Moved(facts, returning.Return(facts, person, "Hired"), employment),
            HrEventTypes.LeaveStarted => leave.Start(facts, person),
            HrEventTypes.LeaveEnded => leave.End(facts, person, returning),
            HrEventTypes.Transferred => Noted(facts, person, employment),
            HrEventTypes.Changed => Change(facts, person, employment),
            _ => throw new ArgumentOutOfRangeException(nameof(facts), hr.Type, "Not an event type that the schema allows."),
        };
    }

    private IntakeDecision Stale(IntakeFacts facts, PersonRecord known, Employment employment)
    {
        var why = EventOrder.Why(employment.Seen(EventOrder.MainAspect(facts.Event)), facts.Event);
        if (known.CanBeMatched || facts.Event is { Person: null, Accounts.Count: 0 })
        {
            return new IntakeDecision(IntakeVerdict.Stale, why);
        }

        var person = RegistryUpdate.Apply(known, facts.Event, facts.Now);
        if (employment.Status is not EmploymentStatus.Terminated)
        {
            return new IntakeDecision(IntakeVerdict.Applied, "A late event told who this is; nothing that a newer one decided changes.", person);
        }

        // The end came before the beginning: only now is it known whose accounts to cut. The employment stays ended.
        return leaving.EndAccess(
            facts, person, new EffectiveTime(employment.EndsAt ?? facts.Now, "the end that was announced before"), "A late event told who this is: the employment had ended already");
    }

    /// <summary>An update moves an end that is to come, or sets a contract's first one; it neither revives nor shortens what is being cut.</summary>
    private IntakeDecision Change(IntakeFacts facts, PersonRecord person, Employment? before)
    {
        var hr = facts.Event;
        var end = before?.EndsAt;
        var open = facts.Open(SagaKind.Leaver) is not null;
        if (!MovesTheEnd(hr, before) || (before is not null && EventOrder.IsStale(before.Presence, hr, facts.Now)) || (end <= facts.Now && !open))
        {
            return Noted(facts, person, before);
        }

        var effective = leaving.Effective(facts, person);
        var ended = relinquishing.Announced(facts, leaving.EndAccess(
            facts, RegistryUpdate.SetPresence(person, hr, facts.Now, e => e with { EndsAt = effective.At }), effective, end is null ? "The contract has an end" : "The end moved"));
        return before?.IsActiveAt(facts.Now) == true ? Moved(facts, ended, before) : ended;
    }

    /// <summary>Without an end so far, effectiveAt says from when an attribute holds, and no more.</summary>
    private static bool MovesTheEnd(HrEvent hr, Employment? before) => hr.LastDay.HasValue || (hr.EffectiveAt.HasValue && before?.EndsAt is not null);

    /// <summary>
    /// The same event changes the assignment: what only the old one justified does not wait for the end. Nor is it kept by who is hired anew into another place while the old access was still being cut.
    /// </summary>
    private IntakeDecision Moved(IntakeFacts facts, IntakeDecision decision, Employment? before)
    {
        if (facts.Event.Assignment is null || before is null or { Relinquished: true })
        {
            return decision;
        }

        var moved = transfers.Decide(facts with { NewSaga = facts.NewMover }, decision.Person!, before);
        return moved.Planned is null
            ? decision
            : decision with { Reason = $"{decision.Reason} {moved.Reason}", Mover = moved.Planned, Changed = [.. decision.Changed ?? [], .. moved.Changed ?? []] };
    }

    private IntakeDecision Noted(IntakeFacts facts, PersonRecord person, Employment? before)
        => before?.IsActiveAt(facts.Now) == true
            ? transfers.Decide(facts, person, before)
            : new(IntakeVerdict.Applied, before is { Status: EmploymentStatus.Terminated } ? "Noted; the employment has ended and stays so." : "The registry was updated.", person);

    /// <summary>Whatever was decided, who is protected or under a legal hold is so.</summary>
    private IntakeDecision Guarded(IntakeFacts facts, IntakeDecision decision)
        => LegalHoldIntake.Apply(facts, ProtectionIntake.Apply(configuration.Protected, facts, decision));

    private static NextLook? Earlier(NextLook? one, NextLook? other) => one is null || other?.At < one.At ? other : one;

    /// <summary>Every decision says anew when time alone may bring something about.</summary>
    private IntakeDecision Awaited(IntakeFacts facts, IntakeDecision decision)
    {
        if (decision.Person is not { } person)
        {
            return decision;
        }

        var presence = Presence.Of(person, facts.Now, configuration.Defaults.Bridge);
        decision = DriftIntake.Stopped(facts, LeaveOfAbsence.Kept(facts, decision, presence), presence);
        var cuts = Returning.Now(facts, [.. decision.Changed ?? [], .. decision.Planned is { } planned ? [planned] : Array.Empty<SagaDecision>()]);
        // What is overdue has not been looked at by an event that is about something else.
        var overdue = !facts.OnlyTimePassed && facts.Person?.NextLook is { } due && due.At <= facts.Now ? due : null;
        var looks = new[] { overdue, Returning.NextLook(facts, person, presence, cuts), leave.NextLook(facts, person, presence, cuts), Returning.StopAt(facts, decision, presence) };
        var next = looks.OfType<NextLook>().MinBy(l => l.At);

        // What brings somebody back keeps its cause, since that chooses the policy; every look sees to what an ended employment leaves behind.
        return decision with { Person = person with { NextLook = next?.At <= facts.Now + Returning.UnderWay ? next : Earlier(next, relinquishing.NextLook(person, presence, facts.Now)) } };
    }
}
