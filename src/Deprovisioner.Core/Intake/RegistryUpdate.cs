using System.Collections.Immutable;
using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Intake;

/// <summary>What an event that is not stale changes in the registry.</summary>
internal static class RegistryUpdate
{
    /// <summary>Attributes, assignment and accounts are complete where they stand; what the event is silent about stays. The version rises.</summary>
    public static PersonRecord Apply(PersonRecord person, HrEvent hr, DateTimeOffset now)
    {
        var before = person.Employment(hr.EmploymentId);
        var time = EventOrder.TimeOf(hr, now);
        var after = new Employment
        {
            Id = hr.EmploymentId,
            PersonId = person.Id,
            Assignment = hr.Assignment ?? before?.Assignment,
            TimeZone = hr.TimeZone ?? before?.TimeZone,
            StartsAt = before?.StartsAt,
            EndsAt = before?.EndsAt,
            LeaveFrom = before?.LeaveFrom,
            LeaveUntil = before?.LeaveUntil,
            EndReason = hr.Type == HrEventTypes.Terminated ? hr.Reason : before?.EndReason,
            EndUrgent = hr.Type == HrEventTypes.Terminated ? hr.Urgent : before?.EndUrgent ?? false,
            Version = (before?.Version ?? 0) + 1,
            Sequences = Sequences(before, hr),
            LastEventAt = before is not null && before.LastEventAt > time ? before.LastEventAt : time,
        };
        return person with
        {
            Attributes = hr.Person ?? person.Attributes,
            Employments = [.. person.Employments.Where(e => e.Id != hr.EmploymentId), after],
            Accounts = [.. person.Accounts.Union(hr.Accounts)],
        };
    }

    /// <summary>What a stale event tells of a person of whom nothing was known. It decides nothing: status, end and order stay as the newer event left them.</summary>
    public static PersonRecord FillIn(PersonRecord person, HrEvent hr)
        => person with
        {
            Attributes = hr.Person ?? person.Attributes,
            Employments =
            [
                .. person.Employments.Select(e => e.Id == hr.EmploymentId
                    ? e with { Assignment = e.Assignment ?? hr.Assignment, TimeZone = e.TimeZone ?? hr.TimeZone, Version = e.Version + 1 }
                    : e),
            ],
            Accounts = [.. person.Accounts.Union(hr.Accounts)],
        };

    public static PersonRecord Set(PersonRecord person, EmploymentId id, Func<Employment, Employment> change)
        => person with { Employments = [.. person.Employments.Select(e => e.Id == id ? change(e) : e)] };

    private static ImmutableDictionary<string, long> Sequences(Employment? before, HrEvent hr)
    {
        var known = before?.Sequences.ToImmutableDictionary() ?? ImmutableDictionary<string, long>.Empty;
        return hr.Sequence is { } sequence ? known.SetItem(hr.Source, sequence) : known;
    }
}
