using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Intake;

// Theory of operation. One of several employments ends and the person stays: what only that one justified goes, by the policy for transfers. It is decided when the end has come, by a look and not by the event
// that told of it: so an end that moves, is rescinded, or turns out to be a conversion of which the hire arrives later needs no case of its own. Each ended employment is dealt with once, and marked;
// the mark goes when it is revived. While it is not known what another employment is, nothing can be said to be unjustified, and the mark waits.

/// <summary>What becomes of access that only an ended employment justified.</summary>
internal sealed class Relinquishing(Configuration configuration, SystemActions actions)
{
    private readonly AccessModel model = new(configuration.Roles);

    /// <summary>When it must be decided: at the end of an employment that is not the last.</summary>
    public NextLook? NextLook(PersonRecord person, Presence presence, DateTimeOffset now)
        => presence.IsJustified
            && person.Employments.Where(e => IsOpen(person, e) && !(e.EndsAt >= presence.EndsAt)).Min(e => e.EndsAt) is { } end
                ? new NextLook(end > now ? end : now, HrEventTypes.Terminated)
                : null;

    /// <summary>The decision about an end that leaves the person here, with what will follow from it.</summary>
    public IntakeDecision Announced(IntakeFacts facts, IntakeDecision decision)
    {
        if (decision is not { Verdict: IntakeVerdict.Applied, Person: { } person } || person.Employment(facts.Event.EmploymentId) is not { } ending || !IsOpen(person, ending))
        {
            return decision;
        }

        var (change, policy) = Leaves(facts, person, ending);
        return change.Lost.Count == 0 || policy is null
            ? decision
            : decision with { Reason = $"{decision.Reason} What only {ending.Id} justified ({string.Join(", ", change.Lost.Select(one => $"{one.Entitlement.System} {one.Entitlement.Entitlement}"))}) goes when it has ended." };
    }

    /// <summary>The decision of a look, with the mover saga for one employment that has ended. A look that opens another saga leaves it to the next one.</summary>
    public IntakeDecision Look(IntakeFacts facts, IntakeDecision decision)
    {
        var person = decision.Person ?? facts.Person!;
        if (decision.Opened.Any() || person.Employments.Where(e => e.EndsAt <= facts.Now && IsOpen(person, e)).MinBy(e => e.EndsAt) is not { } ended)
        {
            return decision;
        }

        var dealtWith = decision with { Person = person with { Employments = [.. person.Employments.Select(e => e.Id == ended.Id ? e with { Relinquished = true } : e)] } };
        var (change, policy) = Leaves(facts, person, ended);
        if (change.Lost.Count == 0 || policy is null)
        {
            return dealtWith;
        }

        var what = $"employment {ended.Id} has ended";
        var plan = MoverPlanner.Plan(configuration, policy, actions, change, new HashSet<SystemEntitlement>(), new EffectiveTime(facts.Now, what), ended.EndUrgent);
        if (plan.Steps.Count == 0)
        {
            return dealtWith;
        }

        var saga = Saga.Of(plan, facts.NewSaga, SagaKind.Mover, person.Id, ended.Id, ended.Version, policy.Retry, facts.Now);
        return dealtWith with
        {
            Verdict = plan.EffectiveAt > facts.Now ? IntakeVerdict.Scheduled : IntakeVerdict.Planned,
            Reason = $"E{what[1..]} and another goes on: {change.Lost.Count} entitlements are not justified any more.",
            Planned = SagaTransitions.Start(saga, facts.Now),
        };
    }

    private (AccessChange Change, Policy? Policy) Leaves(IntakeFacts facts, PersonRecord person, Employment ended)
    {
        var hr = facts.Event with { Type = HrEventTypes.Transferred, EmploymentId = ended.Id, Assignment = null, Reason = ended.EndReason, Urgent = ended.EndUrgent };
        return (model.Change(ended.Assignment, null, [.. Others(person, ended).Select(e => e.Assignment)]), PolicyMatcher.Match(configuration, hr, ended.Assignment)?.Policy);
    }

    private bool IsOpen(PersonRecord person, Employment employment)
        => person.CanBeMatched && employment is { EndsAt: not null, Relinquished: false, Assignment: not null } && Others(person, employment).All(e => e.Assignment is not null);

    /// <summary>Those that go on, or are to come: a new contract may begin after a weekend.</summary>
    private static IEnumerable<Employment> Others(PersonRecord person, Employment ended) => person.Employments.Where(e => e.Id != ended.Id && !(e.EndsAt <= ended.EndsAt));
}
