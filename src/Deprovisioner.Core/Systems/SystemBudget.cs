namespace Deprovisioner.Core.Systems;

/// <summary>How much of a system's rate and concurrency is left: a token bucket that holds one second's worth. Pure.</summary>
/// <param name="PerSecond">Steps started in a second, on average.</param>
/// <param name="Concurrency">Steps under way at once.</param>
/// <param name="Tokens">What was left at <paramref name="TokensAt"/>.</param>
public sealed record SystemBudget(double PerSecond, int Concurrency, double Tokens, DateTimeOffset TokensAt)
{
    /// <summary>
    /// The clocks of replicas differ by so much at most. Within it the later reading stays, or two replicas that take turns would refill the same interval
    /// again and again; beyond it the clock was set back, and counts anew from there.
    /// </summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    /// <summary>The bucket refilled up to now. A clock that was set back gives nothing and takes nothing.</summary>
    public SystemBudget Refilled(DateTimeOffset now)
    {
        if (now <= TokensAt && TokensAt - now <= Skew)
        {
            return this;
        }

        var passed = now > TokensAt ? (now - TokensAt).TotalSeconds : 0;
        return this with { Tokens = Math.Min(Math.Max(1, PerSecond), Tokens + (passed * PerSecond)), TokensAt = now };
    }

    /// <summary>How many steps may be sent now.</summary>
    public int Allowance(SystemState state, int inFlight, DateTimeOffset now)
        => state.Obstacle(now) is null ? Math.Max(0, Math.Min(Room(state, inFlight), (int)Math.Floor(Tokens))) : 0;

    /// <summary>How many more steps may be under way, whatever the rate. A shut gate whose time is over lets one through to see.</summary>
    public int Room(SystemState state, int inFlight) => Math.Max(0, (state.Gate is Gate.Down or Gate.Unauthorized ? 1 : Concurrency) - inFlight);

    public SystemBudget Spend(int steps) => this with { Tokens = Tokens - steps };
}
