using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Intake;

/// <summary>An employment ends, and with the last one the person's access.</summary>
internal sealed class Leaving(Configuration configuration, SystemActions actions)
{
    public IntakeDecision Terminate(IntakeFacts facts, PersonRecord updated)
    {
        var effective = Effective(facts, updated);
        var person = RegistryUpdate.SetPresence(
            updated, facts.Event, facts.Now, e => e with { EndsAt = effective.At, EndReason = facts.Event.Reason, EndUrgent = facts.Event.Urgent });
        return person.CanBeMatched
            ? EndAccess(facts, person, effective, "Access ends: " + effective.Basis)
            : new IntakeDecision(IntakeVerdict.Held, "Nobody is known by this id, and the event does not say who it is: no account can be found.", person);
    }

    /// <summary>An end became known or moved: the person's access ends with the last employment.</summary>
    public IntakeDecision EndAccess(IntakeFacts facts, PersonRecord person, EffectiveTime effective, string reason)
    {
        var employment = person.Employment(facts.Event.EmploymentId)!;
        var presence = Presence.Of(person, facts.Now, configuration.Defaults.Bridge);
        (DateTimeOffset? EndsAt, Employment Last)? stretch = presence.IsJustified ? (presence.EndsAt, presence.Last!) : presence.Later(effective.At);
        if (stretch is { EndsAt: null, Last: var goesOn })
        {
            var stays = $"Employment {goesOn.Id} {Goes(goesOn, facts.Now)}: its access stays.";
            return facts.Open(SagaKind.Leaver) is { Status: not SagaStatus.Scheduled } cutting
                ? new IntakeDecision(IntakeVerdict.Held, $"{stays} But saga {cutting.Id} is cutting it already: cancel that.", person)
                : new IntakeDecision(IntakeVerdict.Applied, stays, person, Changed: Stopped(facts, "Another employment keeps the access", SagaKind.Leaver));
        }

        // Where all have ended, this is the one that is told of; it may have been the last to end or not.
        var (last, end) = stretch is { EndsAt: { } endsAt, Last: var latest } && latest.Id != employment.Id
            ? (latest, new EffectiveTime(endsAt, $"employment {latest.Id} is the last to end"))
            : (employment, effective);
        if (facts.Open(SagaKind.Leaver) is { } open)
        {
            return Adjust(facts, person, open, last, end);
        }

        var planned = Plan(facts, person, last, end);
        return planned.Saga is null
            ? new IntakeDecision(IntakeVerdict.Held, planned.Obstacle!, person)
            : new IntakeDecision(
                end.At > facts.Now ? IntakeVerdict.Scheduled : IntakeVerdict.Planned,
                (last.Id == employment.Id ? reason : "Access ends: " + end.Basis) + ".",
                person,
                planned.Saga,
                end.At > facts.Now ? null : Stopped(facts, "Access ends", SagaKind.Leave, SagaKind.Restore));
    }

    /// <summary>A leaver saga for the end of that employment, started; or why there is none.</summary>
    public (SagaDecision? Saga, string? Obstacle) Plan(IntakeFacts facts, PersonRecord person, Employment employment, EffectiveTime end)
    {
        var termination = TerminationOf(facts.Event, employment);
        if (PolicyMatcher.Match(configuration, termination, employment.Assignment) is not { Policy: { } policy })
        {
            return (null, "No policy matches this termination.");
        }

        var plan = Planner.Plan(configuration, policy, actions, end.At, end.Basis, termination.Urgent);
        if (plan.Steps.Count == 0)
        {
            return (null, $"The policy {policy.Name} plans no step: nothing would be cut.");
        }

        var saga = Saga.Of(plan, facts.NewSaga, SagaKind.Leaver, person.Id, employment.Id, employment.Version, policy.Retry, facts.Now);
        return (SagaTransitions.Start(saga, facts.Now), null);
    }

    public EffectiveTime Effective(IntakeFacts facts, PersonRecord person)
    {
        var employment = person.Employment(facts.Event.EmploymentId)!;
        var match = PolicyMatcher.Match(configuration, facts.Event with { Type = HrEventTypes.Terminated }, employment.Assignment);
        return EffectiveTime.Resolve(Placed(facts.Event, employment), match?.Policy, configuration.Defaults, facts.Now);
    }

    /// <summary>An event that is silent about place and zone means those of the employment.</summary>
    public static HrEvent Placed(HrEvent hr, Employment employment)
        => hr with { Assignment = hr.Assignment ?? employment.Assignment, TimeZone = hr.TimeZone ?? employment.TimeZone };

    /// <summary>What the open sagas of these kinds come to when something takes their place.</summary>
    public static IReadOnlyList<SagaDecision> Stopped(IntakeFacts facts, string why, params ReadOnlySpan<SagaKind> kinds)
    {
        var stopped = new List<SagaDecision>();
        foreach (var kind in kinds)
        {
            if (facts.Open(kind) is { } open && SagaTransitions.Next(open, new SagaInput.Cancel(facts.By(why)), facts.Now) is { Refusal: null } decision)
            {
                stopped.Add(decision);
            }
        }

        return stopped;
    }

    private IntakeDecision Adjust(IntakeFacts facts, PersonRecord person, Saga open, Employment last, EffectiveTime end)
    {
        var stopped = end.At > facts.Now ? [] : Stopped(facts, "Access ends", SagaKind.Leave, SagaKind.Restore);
        if (facts.Event.Type == HrEventTypes.Terminated && (end.At <= facts.Now || open.Status is SagaStatus.Scheduled) && AnotherPolicy(facts, open, last) && Plan(facts, person, last, end) is { Saga: { } stricter })
        {
            var superseded = SagaTransitions.Next(open, new SagaInput.Cancel(facts.By($"The policy {stricter.Saga.Policy} takes its place")), facts.Now);
            var verdict = end.At > facts.Now ? IntakeVerdict.Scheduled : IntakeVerdict.Planned;
            return new IntakeDecision(verdict, $"Access ends: {end.Basis}. The policy {stricter.Saga.Policy} takes the place of {open.Policy} in saga {open.Id}.", person, stricter, [superseded, .. stopped]);
        }

        var urgent = open.Urgent || facts.Event.Urgent;
        var decision = SagaTransitions.Next(open, new SagaInput.Reschedule(end.At, end.Basis, urgent), facts.Now);
        IReadOnlyList<SagaDecision> changed = decision.Refusal is null ? [decision, .. stopped] : [];
        return end.At > facts.Now && decision.Saga.EffectiveAt != end.At
            ? new IntakeDecision(IntakeVerdict.Held, $"Saga {open.Id} is cutting the access already and cannot wait until {AuditTime.Of(end.At)}: cancel it if the person stays.", person, Changed: changed)
            : decision.Refusal is { } refusal
                ? new IntakeDecision(IntakeVerdict.NoOp, $"Saga {open.Id} is at it already. {refusal}", person)
                : new IntakeDecision(IntakeVerdict.Superseded, $"Saga {open.Id} took the new time or urgency.", person, Changed: changed);
    }

    /// <summary>A termination with a reason of its own may ask for another policy than the one that was planned by: fired, who had given notice.</summary>
    private bool AnotherPolicy(IntakeFacts facts, Saga open, Employment last)
        => PolicyMatcher.Match(configuration, TerminationOf(facts.Event, last), last.Assignment) is { Policy.Name: var name } && name != open.Policy;

    /// <summary>The termination by which the end of an employment is answered, whatever event brought it about.</summary>
    internal static HrEvent TerminationOf(HrEvent hr, Employment employment)
    {
        var isTermination = hr.Type == HrEventTypes.Terminated && employment.Id == hr.EmploymentId;
        return hr with
        {
            Type = HrEventTypes.Terminated,
            Assignment = employment.Id == hr.EmploymentId ? hr.Assignment : employment.Assignment,
            Reason = isTermination ? hr.Reason : employment.EndReason,
            Urgent = isTermination ? hr.Urgent : employment.EndUrgent,
        };
    }

    private static string Goes(Employment employment, DateTimeOffset now)
        => employment.StartsAt > now ? $"begins {AuditTime.Of(employment.StartsAt.Value)}" : "is still active";
}
