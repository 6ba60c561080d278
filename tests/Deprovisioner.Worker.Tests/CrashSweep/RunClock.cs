namespace Deprovisioner.Worker.Tests.CrashSweep;

/// <summary>A run's clock: it stands until the run lets time pass, for instants and for spans alike. Timers run on real time, so that whoever waits between two tries does not wait for ever.</summary>
internal sealed class RunClock : TimeProvider
{
    private long ticks = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero).UtcTicks;

    /// <summary>UTC.</summary>
    public DateTimeOffset Now
    {
        get => new(Interlocked.Read(ref ticks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref ticks, value.UtcTicks);
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Interlocked.Read(ref ticks);
}
