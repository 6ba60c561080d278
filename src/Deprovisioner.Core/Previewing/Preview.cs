using System.Globalization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Previewing;

/// <summary>Says what events would bring about, by deciding them as the intake and the guard do, and keeping nothing.</summary>
public sealed class Preview(Configuration configuration, SystemActions actions)
{
    private readonly EventIntake intake = new(configuration, actions);

    /// <param name="events">At least one, all of one person and one type, decided one after the other: somebody who leaves altogether leaves each employment.</param>
    public PlanDescription Of(PreviewFacts facts, params IReadOnlyList<HrEvent> events)
    {
        var rehearsal = Rehearsal.Of(intake, facts, events);
        var person = rehearsal.After.Person ?? new PersonRecord { Id = events[0].PersonId };
        var described = new DescribedSaga(configuration, person);
        return new PlanDescription
        {
            Person = person.Id,
            Name = NameOf(person.Attributes),
            Employments = [.. events.Select(e => e.EmploymentId)],
            Event = PolicyMatcher.EventNameOf(events[0].Type),
            Says = [.. Says(events[0])],
            AsOf = facts.Intake.Now,
            Configuration = configuration.Version,
            Verdict = rehearsal.Last.Verdict,
            Why = rehearsal.Last.Reason,
            Policies = AskedPolicies.Of(configuration, rehearsal),
            Sagas = [.. rehearsal.Sagas.Select(s => described.Of(s.Before, s.After))],
            Untouched = [.. rehearsal.After.OpenSagas.Where(open => rehearsal.Sagas.All(s => s.After.Id != open.Id)).Select(described.Untouched)],
            Access = Access(rehearsal),
            Decisions = [.. NeededPeople.Of(rehearsal)],
            Irreversible = Consequences.Irreversible(rehearsal, configuration.Systems.Where(s => s.Observe).Select(s => s.Name).ToHashSet()),
            NotGivenBack = Consequences.NotGivenBack(rehearsal),
            Notes = [.. new PreviewNotes(configuration, facts, rehearsal, described).All()],
            NextLook = rehearsal.Last.Person?.NextLook is { } look && look.At > facts.Intake.Now ? described.At(look.At, events[^1].EmploymentId) : null,
        };
    }

    /// <summary><c>2026-11-30 17:00Z</c></summary>
    internal static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    private static string? NameOf(PersonAttributes? person)
        => $"{person?.GivenName} {person?.FamilyName}".Trim() is { Length: > 0 } name ? Shown.Plain(name) : null;

    private static IEnumerable<string> Says(HrEvent hr)
    {
        if (hr.LastDay is { } day)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"last day {day:yyyy-MM-dd}");
        }

        if (hr.EffectiveAt is { } at)
        {
            yield return $"effective at {Utc(at)}";
        }

        if (hr.Assignment is { } assignment && new[] { assignment.Department, assignment.Title, assignment.Location, assignment.WorkerType }.OfType<string>().Select(Shown.Plain).ToList() is { Count: > 0 } words)
        {
            yield return $"as {string.Join(", ", words)}";
        }

        if (hr.TimeZone is { } zone)
        {
            yield return $"time zone {zone}";
        }

        if (hr.Reason is { } reason)
        {
            yield return $"reason {Shown.Quoted(reason)}";
        }

        if (hr.Urgent)
        {
            yield return "urgent";
        }

        if (hr.LegalHold is { } hold)
        {
            yield return hold ? "sets a legal hold" : "lifts the legal hold";
        }
    }

    /// <summary>Where the event gives another assignment to an employment that had one.</summary>
    private AccessDescription? Access(Rehearsal rehearsal)
    {
        var hr = rehearsal.After.Event;
        if (configuration.Roles.Count == 0 || hr.Type is not (HrEventTypes.Transferred or HrEventTypes.Changed)
            || rehearsal.Before.Person?.Employment(hr.EmploymentId)?.Assignment is not { } from
            || rehearsal.After.Person?.Employment(hr.EmploymentId)?.Assignment is not { } to || from == to)
        {
            return null;
        }

        var change = new AccessModel(configuration.Roles).Change(from, to, TransferIntake.Others(rehearsal.After.Person, hr.EmploymentId, rehearsal.After.Now));
        var policy = PolicyMatcher.Match(configuration, hr with { Type = HrEventTypes.Transferred }, from)?.Policy;
        return new AccessDescription(from, to, [.. change.Lost.Select(Of)], [.. change.Kept.Select(Of)], [.. change.Gained.Select(Of)], policy?.Unexplained);
    }

    private static EntitlementDescription Of(JustifiedEntitlement one) => new(one.Entitlement.System, one.Entitlement.Entitlement, one.Roles);
}
