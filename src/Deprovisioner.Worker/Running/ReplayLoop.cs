using Deprovisioner.Storage;
using Deprovisioner.Storage.Writing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Carries replays on: asks, sends the next wave, notes what came back.</summary>
internal sealed class ReplayLoop(ReplayJobs jobs, FactWriter writer, AheadSignals signals, Readiness readiness, TimeProvider clock, ILogger<ReplayLoop> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Sweep.Woken(signals.Of(AheadKind.Replays), "Replays", Pass, readiness, clock, log, stoppingToken);

    private async Task Pass(CancellationToken stoppingToken)
    {
        foreach (var job in await jobs.Active(stoppingToken))
        {
            var answer = await writer.Commit(new Fact.ReplayLookedAt(job), stoppingToken);
            log.LogDebug("Replay {Replay}: {Reason}", job, answer.Reason);
        }
    }
}
