using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Intake;

/// <summary>Which of two events of one employment is the newer one: by <c>sequence</c> where the same source numbered both, else by <c>time</c>.</summary>
public static class EventOrder
{
    /// <summary>Whether the event is older than what the employment has seen. Equal is not older: it is a repeat, which re-asserts.</summary>
    public static bool IsStale(Employment employment, HrEvent hr, DateTimeOffset now)
        => LastSequence(employment, hr) is { } last ? hr.Sequence < last : TimeOf(hr, now) < employment.LastEventAt;

    public static string Why(Employment employment, HrEvent hr)
        => LastSequence(employment, hr) is { } last
            ? $"Sequence {hr.Sequence} came after {last} was applied."
            : $"Its time {hr.Time:O} is before {employment.LastEventAt:O}, which was applied already.";

    /// <summary>The time that orders the event: never one that has not come yet.</summary>
    public static DateTimeOffset TimeOf(HrEvent hr, DateTimeOffset now) => hr.Time < now ? hr.Time : now;

    private static long? LastSequence(Employment employment, HrEvent hr)
        => hr.Sequence is not null && employment.Sequences.TryGetValue(hr.Source, out var last) ? last : null;
}
