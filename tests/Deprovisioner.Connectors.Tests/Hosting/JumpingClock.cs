namespace Deprovisioner.Connectors.Tests.Hosting;

/// <summary>The machine's clock, which a test can put forward: so that a pause ends when the test says so and not while the machine is busy.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long ahead;

    public void Advance(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref ahead));
}
