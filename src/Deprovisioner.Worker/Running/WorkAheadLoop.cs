using Deprovisioner.Storage;
using Deprovisioner.Worker.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

// Theory of operation. The loops sleep until they are woken; this one knows when. It asks the database when the next work of each kind is due, wakes whom it concerns, and sleeps until the next of these times, though never
// for longer than Longest: then it finds what another process left behind, or whatever nobody announced. A commit of this process wakes it, since times may have changed, but no more often than once in Shortest, so
// that it costs a busy worker nothing. Nothing depends on a notification: a lost one delays by Longest at most. The dispatcher does not wait for this: commits wake it directly.

/// <summary>Wakes each loop when its work is due.</summary>
internal sealed class WorkAheadLoop(
    WorkAhead ahead, AheadSignals signals, ConfigurationInForce inForce, Readiness readiness, TimeProvider clock, ILogger<WorkAheadLoop> log) : BackgroundService
{
    /// <summary>What an idle worker asks the database: one question in so many seconds.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>People watch a replay and wait for their requests; all else has time.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Database.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Longest;
            try
            {
                wait = await Wake(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("What is due next could not be looked at ({Error}); the next look follows in {Wait}.", error.Message, wait);
            }

            await Task.Delay(Shortest, clock, stoppingToken);
            if (wait > Shortest)
            {
                await signals.Committed.Wait(wait - Shortest, stoppingToken);
            }
        }
    }

    /// <summary>Gives how long nothing else is due.</summary>
    private async Task<TimeSpan> Wake(CancellationToken stoppingToken)
    {
        var configuration = inForce.Configuration;
        var scope = new AheadScope(inForce.Intake.LooksForDrift, [.. configuration.Notifications.Receivers.Select(r => r.Name)], configuration.Version);
        var next = await ahead.Next(scope, stoppingToken);
        var now = clock.GetUtcNow();
        foreach (var kind in next.Where(n => n.Value <= now).Select(n => n.Key))
        {
            signals.Set(kind);
        }

        return next.Values.Where(at => at > now).Select(at => at - now).Append(Longest).Min();
    }
}
