using System.Collections.Immutable;
using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Intake;

// Theory of operation. Events come late, and a late one must not undo what a newer one decided. But it must not be thrown away either because a newer one about something else overtook it:
// a new title that arrives before the termination says nothing about the termination. So what an employment has seen is kept for each aspect by itself, an event is measured
// against the aspects that it decides, and in whatever order events arrive, the registry ends the same.

/// <summary>What of an employment an event can decide.</summary>
public enum Aspect
{
    /// <summary>When it begins and ends.</summary>
    Presence,

    /// <summary>Leave of absence.</summary>
    Leave,

    /// <summary>Who the person is and what they work as.</summary>
    Attributes,
}

/// <summary>The newest event that decided an aspect.</summary>
/// <param name="At">Its CloudEvents <c>time</c>, UTC; when it was received, where the publisher's clock was ahead of that: else an event from the future would make all that follow look old.</param>
/// <param name="Sequences">By CloudEvents <c>source</c>: the highest <c>sequence</c>. Each source counts by itself.</param>
public sealed record OrderMark(DateTimeOffset At, ImmutableDictionary<string, long> Sequences)
{
    public static readonly OrderMark None = new(DateTimeOffset.MinValue, ImmutableDictionary<string, long>.Empty);
}

/// <summary>Which of two events of one employment is the newer one: by <c>sequence</c> where the same source numbered both, else by <c>time</c>.</summary>
public static class EventOrder
{
    /// <summary>The aspect that the event is about; only there does being late make it stale.</summary>
    public static Aspect MainAspect(HrEvent hr)
        => hr.Type switch
        {
            HrEventTypes.LeaveStarted or HrEventTypes.LeaveEnded => Aspect.Leave,
            HrEventTypes.Transferred or HrEventTypes.Changed => Aspect.Attributes,
            _ => Aspect.Presence,
        };

    /// <summary>Whether the event is older than what was seen. Equal is not older: it is a repeat, which re-asserts.</summary>
    public static bool IsStale(OrderMark mark, HrEvent hr, DateTimeOffset now)
        => LastSequence(mark, hr) is { } last ? hr.Sequence < last : TimeOf(hr, now) < mark.At;

    public static string Why(OrderMark mark, HrEvent hr)
        => LastSequence(mark, hr) is { } last
            ? $"Sequence {hr.Sequence} came after {last} was applied."
            : $"Its time {hr.Time:O} is before {mark.At:O}, which was applied already.";

    /// <summary>The mark once the event, which is not stale, was applied.</summary>
    public static OrderMark After(OrderMark mark, HrEvent hr, DateTimeOffset now)
        => new(
            TimeOf(hr, now) > mark.At ? TimeOf(hr, now) : mark.At,
            hr.Sequence is { } sequence ? mark.Sequences.SetItem(hr.Source, sequence) : mark.Sequences);

    /// <summary>Never one that has not come yet.</summary>
    private static DateTimeOffset TimeOf(HrEvent hr, DateTimeOffset now) => hr.Time < now ? hr.Time : now;

    private static long? LastSequence(OrderMark mark, HrEvent hr)
        => hr.Sequence is not null && mark.Sequences.TryGetValue(hr.Source, out var last) ? last : null;
}
