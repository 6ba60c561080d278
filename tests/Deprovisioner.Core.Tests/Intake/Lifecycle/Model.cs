namespace Deprovisioner.Core.Tests.Intake.Lifecycle;

/// <summary>
/// What a person's access must be in the end, said as simply as it can be: each employment's events in the order in which HR decided them, and nothing of sagas, steps, deliveries or order of arrival.
/// </summary>
internal static class Model
{
    public enum Access
    {
        Whole,

        /// <summary>Cannot sign in; comes back.</summary>
        Resting,

        Gone,
    }

    /// <param name="said">What HR decided, in order, each with the time of the decision.</param>
    /// <param name="at">Long after everything.</param>
    public static Access InTheEnd(IEnumerable<(Move.Says Says, DateTimeOffset At)> said, DateTimeOffset at)
    {
        var states = said.GroupBy(s => s.Says.Employment).Select(events => Employment(events, at)).ToList();
        return states.Contains(Access.Whole) || states.Count == 0 ? Access.Whole : states.Contains(Access.Resting) ? Access.Resting : Access.Gone;
    }

    private static Access Employment(IEnumerable<(Move.Says Says, DateTimeOffset At)> events, DateTimeOffset at)
    {
        var ended = false;
        DateTimeOffset? from = null;
        DateTimeOffset? until = null;
        foreach (var (says, decided) in events)
        {
            var when = decided.AddDays(says.InDays ?? 0);
            switch (says.Type)
            {
                case "hired":
                    (ended, from, until) = (false, null, null);
                    break;
                case "terminated":
                    ended = true;
                    break;
                case "termination-rescinded":
                    ended = false;
                    break;
                case "leave-started":
                    (from, until) = (when, null);
                    break;
                case "leave-ended":
                    until = from is null ? null : when;
                    break;
                default:
                    break;
            }
        }

        var onLeave = from <= at && !(until <= at);
        return ended ? Access.Gone : onLeave ? Access.Resting : Access.Whole;
    }
}
