using Npgsql;

namespace Deprovisioner.Storage;

// Theory of operation. Leases, gates, retries and the times at which access ends are instants that one process writes and another reads. Two machines whose clocks differ would take each other's leases for run out, or
// wait hours for them; one whose clock runs ahead would cut people off before their last day is over. So all who decide go by one clock, the database's: it is read now and then, and carried on with this machine's
// monotonic time, which no setting of its clock changes. Between two readings that drifts by microseconds. A machine that slept (a frozen virtual machine) is behind until the next reading: late, never early.

/// <summary>The database server's clock, as every orchestrator goes by it.</summary>
public sealed class DatabaseClock(NpgsqlDataSource database, TimeProvider machine) : TimeProvider
{
    /// <summary>An answer that took longer says too little of when it was given: the reading of before is kept.</summary>
    private static readonly TimeSpan LongestRoundTrip = TimeSpan.FromSeconds(1);

    private volatile Reading? reading;

    /// <summary>How far this machine's own clock is ahead of the database's, as of now; negative: behind.</summary>
    public TimeSpan MachineIsAhead => machine.GetUtcNow() - GetUtcNow();

    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <summary>UTC. Before the first reading the machine's own: nothing is decided by then.</summary>
    public override DateTimeOffset GetUtcNow() => reading is { } last ? last.At + machine.GetElapsedTime(last.Timestamp) : machine.GetUtcNow();

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>Asks the server what time it is.</summary>
    public async Task Read(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand("select clock_timestamp()", connection);
        var asked = machine.GetTimestamp();
        var at = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!);
        var answered = machine.GetTimestamp();
        var roundTrip = machine.GetElapsedTime(asked, answered);
        if (reading is null || roundTrip <= LongestRoundTrip)
        {
            reading = new Reading(at + (roundTrip / 2), answered);
        }
    }

    private sealed record Reading(DateTimeOffset At, long Timestamp);
}
