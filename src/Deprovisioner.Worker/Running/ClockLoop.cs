using Deprovisioner.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Reads the database's clock again and again, and says so where this machine's own is wrong.</summary>
internal sealed class ClockLoop(DatabaseClock database, Readiness readiness, ILogger<ClockLoop> log) : BackgroundService
{
    /// <summary>How long a machine that slept may be behind.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>Far more than clocks that are kept by the network differ, and than an answer of the database takes.</summary>
    private static readonly TimeSpan WorthTelling = TimeSpan.FromSeconds(5);

    private bool told;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first reading is that of the start.
        await readiness.Database.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            Tell();
            await Task.Delay(Pause, database, stoppingToken);
            await Read(stoppingToken);
        }
    }

    private async Task Read(CancellationToken stoppingToken)
    {
        try
        {
            await database.Read(stoppingToken);
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            log.LogDebug("The database's clock could not be read ({Error}); the last reading is carried on.", error.Message);
        }
    }

    private void Tell()
    {
        var ahead = database.MachineIsAhead;
        var isWrong = ahead.Duration() > WorthTelling;
        if (isWrong && !told)
        {
            log.LogWarning("This machine's clock is {Seconds:0} s {Direction} the database's, which is the one that counts.", ahead.Duration().TotalSeconds, ahead > TimeSpan.Zero ? "ahead of" : "behind");
        }

        told = isWrong;
    }
}
