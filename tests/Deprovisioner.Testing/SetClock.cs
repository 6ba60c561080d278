namespace Deprovisioner.Testing;

/// <summary>A clock that stands where the test puts it. Timers run on real time, so that whoever waits between two tries does not wait for ever.</summary>
public sealed class SetClock : TimeProvider
{
    private long ticks;

    public SetClock(DateTimeOffset? now = null) => Now = now ?? new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>UTC.</summary>
    public DateTimeOffset Now
    {
        get => new(Interlocked.Read(ref ticks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref ticks, value.UtcTicks);
    }

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => Now;
}
