using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Intake;

/// <summary>Which of two events of one employment is the newer one: by <c>sequence</c> where both carry one, else by <c>time</c>.</summary>
public static class EventOrder
{
    /// <summary>Whether the event is older than what the employment has seen. Equal is not older: it is a repeat, which re-asserts.</summary>
    public static bool IsStale(Employment employment, HrEvent hr)
        => hr.Sequence is { } sequence && employment.LastSequence is { } last
            ? sequence < last
            : hr.Time < employment.LastEventAt;

    public static string Why(Employment employment, HrEvent hr)
        => hr.Sequence is { } sequence && employment.LastSequence is { } last
            ? $"Sequence {sequence} came after {last} was applied."
            : $"Its time {hr.Time:O} is before {employment.LastEventAt:O}, which was applied already.";
}
