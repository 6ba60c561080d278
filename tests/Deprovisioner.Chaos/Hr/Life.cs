namespace Deprovisioner.Chaos.Hr;

/// <summary>What HR will decide about one person: an event, so long after the run began.</summary>
/// <param name="At">When HR decides.</param>
/// <param name="In">How long after that it takes effect; null: at once, with no time given.</param>
/// <param name="Late">How long after the decision it is published: newer ones may overtake it.</param>
/// <param name="Again">So long after that it is published once more; null: not.</param>
internal sealed record Planned(TimeSpan At, Decision Decision, string Employment, TimeSpan? In, bool Urgent, TimeSpan Late, TimeSpan? Again);

/// <summary>What happens to people while the run goes on, by chance. What only a person could decide (an end in the future for who is being cut) does not happen.</summary>
internal static class Life
{
    /// <param name="during">The time over which events are spread; the last one is decided before its end.</param>
    public static IReadOnlyList<Planned> Of(Random random, TimeSpan during)
    {
        var first = "E1";
        var life = new List<Planned>();
        var at = during * (0.05 + (0.6 * random.NextDouble()));
        void Says(Decision decision, string? employment = null, TimeSpan? inTime = null, bool urgent = false)
            => life.Add(new Planned(at, decision, employment ?? first, inTime, urgent, TimeSpan.Zero, null));
        void Passes(double least, double most) => at += TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least)));

        switch (random.Next(100))
        {
            case < 28:
                if (random.Next(2) == 0)
                {
                    Says(random.Next(2) == 0 ? Decision.Transferred : Decision.Changed);
                }

                break;
            case < 52:
                Says(Decision.Terminated, urgent: random.Next(4) == 0);
                break;
            case < 58:
                Says(Decision.Terminated, inTime: TimeSpan.FromSeconds(random.Next(5, 25)));
                break;
            case < 64:
                Says(Decision.Terminated, inTime: TimeSpan.FromSeconds(random.Next(15, 25)));
                Passes(1, 10);
                Says(Decision.Rescinded);
                break;
            case < 76:
                Says(Decision.Terminated);
                Passes(0.1, 15);
                Says(Decision.Rescinded);
                if (random.Next(3) == 0)
                {
                    Passes(0.5, 15);
                    Says(Decision.Terminated, urgent: random.Next(2) == 0);
                }

                break;
            case < 84:
                Says(Decision.Terminated);
                Passes(1, 25);
                Says(Decision.Hired);
                break;
            case < 94:
                Says(Decision.LeaveStarted);
                if (random.Next(3) > 0)
                {
                    Passes(0.5, 20);
                    Says(Decision.LeaveEnded);
                }
                else if (random.Next(2) == 0)
                {
                    Passes(0.5, 15);
                    Says(Decision.Terminated);
                }

                break;
            default:
                // A contractor becomes an employee, and may leave later.
                Says(Decision.Hired, "E2");
                Passes(0, 3);
                Says(Decision.Terminated);
                if (random.Next(2) == 0)
                {
                    Passes(2, 15);
                    Says(Decision.Terminated, "E2");
                }

                break;
        }

        return [.. life.Where(one => one.At < during).Select(one => Disturbed(random, one))];
    }

    private static Planned Disturbed(Random random, Planned planned)
        => planned with
        {
            Late = random.Next(8) == 0 && planned.In is null ? TimeSpan.FromSeconds(random.NextDouble() * 12) : TimeSpan.Zero,
            Again = random.Next(6) == 0 ? TimeSpan.FromSeconds(random.NextDouble() * 10) : null,
        };
}
