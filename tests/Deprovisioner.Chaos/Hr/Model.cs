namespace Deprovisioner.Chaos.Hr;

/// <summary>Who is to have access, said as simply as it can be: from HR's decisions in their order, and nothing of sagas, steps, faults or order of arrival.</summary>
internal static class Model
{
    public enum Access
    {
        Whole,

        /// <summary>Cannot sign in; keeps the groups.</summary>
        Resting,

        Gone,
    }

    /// <param name="said">About one person, in the order of decision.</param>
    /// <param name="at">After the last effective time.</param>
    public static Access InTheEnd(IEnumerable<Said> said, DateTimeOffset at)
    {
        var employments = said.GroupBy(s => s.Employment).Select(events => OfEmployment(events, at)).ToList();
        return employments.Contains(Access.Whole) || employments.Count == 0 ? Access.Whole : employments.Contains(Access.Resting) ? Access.Resting : Access.Gone;
    }

    /// <summary>
    /// Whether cutting something of this person's at that time can be right: some decision that cuts had taken effect, and none that undoes it had been known for so long that nobody could be at it still.
    /// </summary>
    /// <param name="from">When a system was written to, at the earliest.</param>
    /// <param name="until">And at the latest.</param>
    /// <param name="known">When the product had taken a decision in, at the latest; null: not yet.</param>
    /// <param name="afterwards">How long what was under way may still go on.</param>
    public static bool MayBeCut(IReadOnlyList<Said> said, DateTimeOffset from, DateTimeOffset until, Func<Said, DateTimeOffset?> known, TimeSpan afterwards)
        => said.Any(cut => Cuts(cut) && cut.EffectiveAt <= until && !said.Any(back => Undoes(back, cut) && known(back) + afterwards < from && back.EffectiveAt + afterwards < from));

    /// <summary>Whether giving something back to this person at that time can be right.</summary>
    public static bool MayBeGivenBack(IReadOnlyList<Said> said, DateTimeOffset at)
        => said.Any(back => back.EffectiveAt <= at && said.Any(cut => Cuts(cut) && (Undoes(back, cut) || IsOfAnother(back, cut))));

    /// <summary>Whatever came first: one employment that stands is enough, and the end of the other may arrive before it.</summary>
    private static bool IsOfAnother(Said back, Said cut) => back.Decision is Decision.Hired && back.Employment != cut.Employment;

    private static bool Cuts(Said said) => said.Decision is Decision.Terminated or Decision.LeaveStarted;

    private static bool Undoes(Said back, Said cut)
        => back.Sequence > cut.Sequence && back.Decision switch
        {
            Decision.Hired => true, // Into another employment too: then the end of the first one takes nothing.
            Decision.Rescinded => cut.Decision is Decision.Terminated,
            Decision.LeaveEnded => cut.Decision is Decision.LeaveStarted,
            _ => false,
        };

    private static Access OfEmployment(IEnumerable<Said> events, DateTimeOffset at)
    {
        var ended = false;
        DateTimeOffset? from = null;
        DateTimeOffset? until = null;
        foreach (var said in events)
        {
            switch (said.Decision)
            {
                case Decision.Hired:
                    (ended, from, until) = (false, null, null);
                    break;
                case Decision.Terminated:
                    ended = true;
                    break;
                case Decision.Rescinded:
                    ended = false;
                    break;
                case Decision.LeaveStarted:
                    (from, until) = (said.EffectiveAt, null);
                    break;
                case Decision.LeaveEnded:
                    until = from is null ? null : said.EffectiveAt;
                    break;
                default:
                    break;
            }
        }

        return ended ? Access.Gone : from <= at && !(until <= at) ? Access.Resting : Access.Whole;
    }
}
