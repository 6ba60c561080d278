using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Intake;

/// <summary>What an event changes in the registry.</summary>
internal static class RegistryUpdate
{
    /// <summary>
    /// Attributes, assignment and accounts are complete where they stand; what the event is silent about stays, and so does what a newer event has told. The version rises. Beginning, end and leave
    /// are set by those who decide about them.
    /// </summary>
    public static PersonRecord Apply(PersonRecord person, HrEvent hr, DateTimeOffset now)
    {
        var before = person.Employment(hr.EmploymentId) ?? new Employment { Id = hr.EmploymentId, PersonId = person.Id, Version = 0 };
        var tells = hr.Person is not null || hr.Assignment is not null || hr.TimeZone is not null || EventOrder.MainAspect(hr) is Aspect.Attributes;
        var isNews = tells && !EventOrder.IsStale(before.Attributes, hr, now);
        var after = before with
        {
            Assignment = isNews ? hr.Assignment ?? before.Assignment : before.Assignment ?? hr.Assignment,
            TimeZone = isNews ? hr.TimeZone ?? before.TimeZone : before.TimeZone ?? hr.TimeZone,
            Version = before.Version + 1,
            Attributes = isNews ? EventOrder.After(before.Attributes, hr, now) : before.Attributes,
        };
        return person with
        {
            Attributes = isNews ? hr.Person ?? person.Attributes : person.Attributes ?? hr.Person,
            Employments = [.. person.Employments.Where(e => e.Id != hr.EmploymentId), after],
            Accounts = [.. person.Accounts.Union(hr.Accounts)],
        };
    }

    /// <summary>The event decided when the employment begins and ends.</summary>
    public static PersonRecord SetPresence(PersonRecord person, HrEvent hr, DateTimeOffset now, Func<Employment, Employment> change)
        => Set(person, hr.EmploymentId, e =>
        {
            var after = change(e) with { Presence = EventOrder.After(e.Presence, hr, now) };
            return after.EndsAt <= now ? after : after with { Relinquished = false };
        });

    /// <summary>The event decided about leave.</summary>
    public static PersonRecord SetLeave(PersonRecord person, HrEvent hr, DateTimeOffset now, DateTimeOffset? from, DateTimeOffset? until)
        => Set(person, hr.EmploymentId, e => e with { LeaveFrom = from, LeaveUntil = until, Leave = EventOrder.After(e.Leave, hr, now) });

    private static PersonRecord Set(PersonRecord person, EmploymentId id, Func<Employment, Employment> change)
        => person with { Employments = [.. person.Employments.Select(e => e.Id == id ? change(e) : e)] };
}
