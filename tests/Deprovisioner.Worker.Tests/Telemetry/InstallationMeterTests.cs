using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Telemetry;
using Deprovisioner.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Deprovisioner.Worker.Tests.Telemetry;

public sealed class InstallationMeterTests
{
    [Fact]
    public async Task While_the_database_is_away_only_that_is_told_and_afterwards_everything_again()
    {
        var clock = new StandingClock();
        var isAway = false;
        using var meter = new InstallationMeter(_ => isAway ? throw new InvalidOperationException("away") : Readings(5), clock, NullLogger.Instance);
        await meter.Refresh();
        var before = Told();
        isAway = true;
        clock.Advance(TimeSpan.FromSeconds(10));
        await meter.Refresh();
        var away = Told();
        isAway = false;
        clock.Advance(TimeSpan.FromSeconds(10));
        await meter.Refresh();

        Assert.Equal(["deprovisioner.database.up 1", "deprovisioner.tasks.open 5"], before);
        Assert.Equal(["deprovisioner.database.up 0"], away);
        Assert.Equal(before, Told());
    }

    [Fact]
    public async Task However_many_ask_the_database_is_asked_once_in_ten_seconds()
    {
        var (clock, asked) = (new StandingClock(), 0);
        var answer = new TaskCompletionSource<IReadOnlyList<GaugeReading>>();
        using var meter = new InstallationMeter(_ => ++asked == 1 ? answer.Task : Readings(asked), clock, NullLogger.Instance);

        var scrapes = Enumerable.Range(0, 20).Select(_ => meter.Refresh()).ToList();
        answer.SetResult(await Readings(1));
        await Task.WhenAll(scrapes);
        clock.Advance(TimeSpan.FromSeconds(9));
        await meter.Refresh();
        Assert.Equal(1, asked);

        clock.Advance(TimeSpan.FromSeconds(1));
        await meter.Refresh();
        Assert.Equal(2, asked);
    }

    private static Task<IReadOnlyList<GaugeReading>> Readings(double value) => Task.FromResult<IReadOnlyList<GaugeReading>>([new GaugeReading(InstallationGauge.TasksOpen, value, [])]);

    private static IReadOnlyList<string> Told()
    {
        using var measured = new Measurements(InstallationMeter.Name);
        measured.Observe();
        return [.. measured.All.Select(m => $"{m.Instrument.Name} {m.Value}").Order(StringComparer.Ordinal)];
    }

    /// <summary>Its timestamps stand too.</summary>
    private sealed class StandingClock : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Advance(TimeSpan by) => ticks += by.Ticks;
    }
}
