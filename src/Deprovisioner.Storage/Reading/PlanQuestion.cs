using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Previewing;
using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Reading;

/// <summary>An event that nobody has sent, of which somebody wants to know what it would bring about. What is not said of it is as the registry has it. Times are UTC.</summary>
/// <param name="Person">The person's id.</param>
/// <param name="Event">One of <see cref="PolicyMatcher.EventNames"/>; null: the person leaves, under every employment.</param>
/// <param name="Employment">Null: the first that has not ended. For <c>hired</c> also a new one.</param>
/// <param name="LastDay">The last day of work, or of the contract; null: at once.</param>
/// <param name="EffectiveAt">The instant instead of a day.</param>
public sealed record PlanQuestion(
    string Person,
    string? Event = null,
    string? Employment = null,
    string? Reason = null,
    DateOnly? LastDay = null,
    DateTimeOffset? EffectiveAt = null,
    bool Urgent = false)
{
    /// <summary>The events that say what somebody works as from now on.</summary>
    public static IReadOnlyList<string> GivesAnAssignment { get; } = ["transferred", "hired", "changed"];

    /// <summary>Of <see cref="GivesAnAssignment"/> only, as are the four that follow.</summary>
    public string? Department { get; init; }

    public string? Title { get; init; }

    public string? Location { get; init; }

    public string? WorkerType { get; init; }

    /// <summary>A person's id.</summary>
    public string? Manager { get; init; }

    /// <summary>The person's address, where the registry does not know it.</summary>
    public string? Email { get; init; }

    /// <summary>The person's user name, where the registry does not know it.</summary>
    public string? UserName { get; init; }

    public string Source { get; init; } = "plan";

    /// <summary>What is said where neither the registry nor the question tells who somebody is.</summary>
    public static string NobodyKnown(string person) => $"nobody is known by the id {person}.";

    /// <summary>The events to be decided; or a sentence that says why there are none.</summary>
    public async Task<(IReadOnlyList<HrEvent> Events, string? Obstacle)> Events(DeprovisionerContext context, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = await context.Persons.FirstOrDefaultAsync(p => p.PersonId == Person, cancellationToken);
        var employments = await context.Employments.Where(e => e.PersonId == Person).OrderBy(e => e.EmploymentId).ToListAsync(cancellationToken);
        if (employments.Count == 0 && Email is null && UserName is null && Event != "hired")
        {
            return ([], NobodyKnown(Person));
        }

        if (Employment is not null && employments.Count > 0 && Event != "hired" && !employments.Any(e => e.EmploymentId == Employment))
        {
            return ([], $"{Person} has no employment {Employment}, but {string.Join(", ", employments.Select(e => e.EmploymentId))}.");
        }

        var active = employments.Where(e => e.Status != "terminated" || e.EndsAt > now).ToList();
        var first = Employment is not null ? employments.FirstOrDefault(e => e.EmploymentId == Employment) : active.Count > 0 ? active[0] : employments.Count > 0 ? employments[^1] : null;
        EmploymentEntity?[] concerned = Employment is null && Event is null && active.Count > 0 ? [.. active] : [first];
        return ([.. concerned.Select(e => Of(Employment ?? e?.EmploymentId ?? Person, known, e, now))], null);
    }

    private HrEvent Of(string employmentId, PersonEntity? known, EmploymentEntity? current, DateTimeOffset now)
        => new()
        {
            Source = Source,
            Id = "plan",
            Type = HrEventTypes.All.First(type => PolicyMatcher.EventNameOf(type) == (Event ?? "terminated")),
            Time = now,
            PersonId = new PersonId(Person),
            EmploymentId = new EmploymentId(employmentId),
            Person = Email is null && UserName is null ? null : new PersonAttributes(Email ?? known?.Email, UserName ?? known?.UserName, known?.GivenName, known?.FamilyName),
            Assignment = GivesAnAssignment.Contains(Event) ? Assignment(current) : null,
            LastDay = LastDay,
            EffectiveAt = EffectiveAt?.ToUniversalTime(),
            Reason = Reason,
            Urgent = Urgent,
        };

    private Assignment? Assignment(EmploymentEntity? now)
        => new[] { Department, Title, Location, WorkerType, Manager }.All(said => said is null)
            ? null
            : new Assignment(
                Department ?? now?.Department,
                Title ?? now?.Title,
                Location ?? now?.Location,
                (Manager ?? now?.ManagerId) is { } who ? new PersonId(who) : null,
                WorkerType ?? now?.WorkerType);
}

/// <summary>What an event would bring about.</summary>
/// <param name="Plan">Null: it cannot be said.</param>
/// <param name="Obstacle">Why; null: there is a plan.</param>
public sealed record PlanAnswer(PlanDescription? Plan, string? Obstacle);
