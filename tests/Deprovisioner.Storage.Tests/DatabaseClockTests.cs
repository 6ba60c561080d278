using Deprovisioner.Testing;
using Npgsql;

namespace Deprovisioner.Storage.Tests;

[Collection(nameof(StorageServer))]
public sealed class DatabaseClockTests(StorageServer server)
{
    /// <summary>A reading is right but for half of its round trip, either way.</summary>
    private static readonly TimeSpan RoundTrip = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Whoever_decides_goes_by_the_database_and_not_by_a_machine_whose_clock_is_wrong()
    {
        await using var database = NpgsqlDataSource.Create(server.Server.ConnectionString());
        var machine = new SetClock(TimeProvider.System.GetUtcNow().AddHours(2));
        var clock = new DatabaseClock(database, machine);

        await clock.Read(CancellationToken.None);
        var now = clock.GetUtcNow();
        Assert.InRange(now, TimeProvider.System.GetUtcNow().AddSeconds(-20), TimeProvider.System.GetUtcNow() + RoundTrip);
        Assert.InRange(clock.MachineIsAhead, TimeSpan.FromMinutes(119), TimeSpan.FromMinutes(121));

        // Set in the middle: until the next reading and after it, nothing is different.
        machine.Advance(TimeSpan.FromHours(-5));
        Assert.InRange(clock.GetUtcNow(), now, now.AddSeconds(20));
        await clock.Read(CancellationToken.None);
        Assert.InRange(clock.GetUtcNow(), now - RoundTrip, now.AddSeconds(20));
        Assert.True(clock.MachineIsAhead < TimeSpan.FromHours(-2));
    }
}
