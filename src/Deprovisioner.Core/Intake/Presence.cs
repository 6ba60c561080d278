namespace Deprovisioner.Core.Intake;

// Theory of operation. Each employment justifies access from its beginning to its end; several are laid over each other on one line of time, and gaps that are short enough to be
// a weekend between two contracts are closed. What is left are the stretches in which the person belongs here. Access ends with the stretch, and not with an employment. Within a
// stretch, a time in which every employment is on leave is a leave. An employment that ends before it begins (somebody who never came) counts as one that had begun.

/// <summary>When a person's employments justify access, as far as is known at one instant.</summary>
public sealed class Presence
{
    private readonly IReadOnlyList<Employment> employments;
    private readonly List<Stretch> stretches;
    private readonly List<Stretch> working;
    private readonly DateTimeOffset now;

    private Presence(IReadOnlyList<Employment> employments, DateTimeOffset now, TimeSpan bridge)
    {
        this.employments = employments;
        this.now = now;
        stretches = Joined(employments.Select(e => new Stretch(StartOf(e), e.EndsAt ?? DateTimeOffset.MaxValue, e)), bridge);
        working = Joined(employments.SelectMany(Working), TimeSpan.Zero);
    }

    /// <summary>Whether access is justified now, be it on leave.</summary>
    public bool IsJustified => Current is not null;

    /// <summary>When access ends, or ended where it is not justified now, UTC; null: no end is known, or nothing ever began.</summary>
    public DateTimeOffset? EndsAt => (Current ?? Past) is { } stretch && stretch.Until < DateTimeOffset.MaxValue ? stretch.Until : null;

    /// <summary>The employment that is the last to end at <see cref="EndsAt"/>, or that justifies access without end.</summary>
    public Employment? Last => (Current ?? Past)?.Last;

    /// <summary>When access is justified again after <see cref="EndsAt"/>, UTC.</summary>
    public DateTimeOffset? BackAt => stretches.Where(s => s.From > now).Select(s => (DateTimeOffset?)s.From).Min();

    /// <summary>Whether all employments that justify access now are on leave.</summary>
    public bool IsOnLeave => LeaveNow is not null;

    /// <summary>When the leave began, or the next one begins, UTC: from then on nobody works here under any employment. Null: none is known.</summary>
    public DateTimeOffset? LeaveAt => LeaveNow is { } leave ? working.Where(s => s.Until <= now).Select(s => (DateTimeOffset?)s.Until).Max() ?? leave.LeaveFrom : NextLeaveAt;

    /// <summary>The employment whose leave it is.</summary>
    public Employment? Leaving => LeaveNow ?? (NextLeaveAt is { } at ? OnLeaveAt(at) : null);

    /// <summary>When the person is back from that leave, UTC; null: nobody knows, or there is none.</summary>
    public DateTimeOffset? BackFromLeaveAt => LeaveAt is { } leave ? working.Where(s => s.From >= leave).Select(s => (DateTimeOffset?)s.From).Min() : null;

    /// <summary>The stretch that is to come and in which that time lies: its end (null: none), and the employment that is the last of it. Null: there is none.</summary>
    public (DateTimeOffset? EndsAt, Employment Last)? Later(DateTimeOffset at)
        => stretches.Find(s => s.From > now && s.From < at && at <= s.Until) is { } stretch ? (stretch.Until < DateTimeOffset.MaxValue ? stretch.Until : null, stretch.Last) : null;

    private Stretch? Current => stretches.Find(s => s.Covers(now));

    private Stretch? Past => stretches.FindLast(s => s.Until <= now);

    private Employment? LeaveNow => working.Exists(s => s.Covers(now)) ? null : OnLeaveAt(now);

    /// <summary>A leave begins where work ends, or where an employment begins whose leave began before.</summary>
    private DateTimeOffset? NextLeaveAt
        => working.Select(s => s.Until).Concat(employments.Select(StartOf))
            .Where(at => at > now && at < DateTimeOffset.MaxValue && OnLeaveAt(at) is not null && !working.Exists(s => s.Covers(at)))
            .Select(at => (DateTimeOffset?)at)
            .Min();

    /// <param name="person">The person.</param>
    /// <param name="now">UTC.</param>
    /// <param name="bridge">The longest gap that does not count. After an urgent end no gap is too short to count.</param>
    public static Presence Of(PersonRecord person, DateTimeOffset now, TimeSpan bridge) => new(person.Employments, now, bridge);

    private static DateTimeOffset StartOf(Employment employment)
        => employment.StartsAt is { } start && !(employment.EndsAt <= start) ? start : DateTimeOffset.MinValue;

    private Employment? OnLeaveAt(DateTimeOffset at) => employments.Where(e => IsOnLeaveAt(e, at)).MaxBy(e => e.LeaveFrom);

    private static bool IsOnLeaveAt(Employment employment, DateTimeOffset at)
        => StartOf(employment) <= at && !(employment.EndsAt <= at) && employment.LeaveFrom <= at && !(employment.LeaveUntil <= at);

    private static IEnumerable<Stretch> Working(Employment employment)
    {
        var from = StartOf(employment);
        var until = employment.EndsAt ?? DateTimeOffset.MaxValue;
        if (employment.LeaveFrom is not { } leave)
        {
            return [new Stretch(from, until, employment)];
        }

        var back = employment.LeaveUntil ?? DateTimeOffset.MaxValue;
        return new[] { new Stretch(from, leave < until ? leave : until, employment), new Stretch(back > from ? back : from, until, employment) }.Where(s => s.From < s.Until);
    }

    private static List<Stretch> Joined(IEnumerable<Stretch> parts, TimeSpan bridge)
    {
        var joined = new List<Stretch>();
        foreach (var part in parts.OrderBy(s => s.From).ThenBy(s => s.Until))
        {
            if (joined.Count > 0 && joined[^1] is var before && part.From <= Reach(before, bridge))
            {
                joined[^1] = part.Until > before.Until ? before with { Until = part.Until, Last = part.Last } : before;
            }
            else
            {
                joined.Add(part);
            }
        }

        return joined;
    }

    private static DateTimeOffset Reach(Stretch stretch, TimeSpan bridge)
        => stretch.Last.EndUrgent || stretch.Until > DateTimeOffset.MaxValue - bridge ? stretch.Until : stretch.Until + bridge;

    private sealed record Stretch(DateTimeOffset From, DateTimeOffset Until, Employment Last)
    {
        public bool Covers(DateTimeOffset at) => From <= at && at < Until;
    }
}
