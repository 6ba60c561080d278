using Deprovisioner.Storage;
using Deprovisioner.Storage.Writing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Brings sagas whose deadline has passed to a decision. Every replica looks; the first to reach a saga tells of it.</summary>
internal sealed class DeadlineLoop(Deadlines deadlines, FactWriter writer, AheadSignals signals, Readiness readiness, TimeProvider clock, ILogger<DeadlineLoop> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Sweep.Woken(signals.Of(AheadKind.Deadlines), "Deadlines", Pass, readiness, clock, log, stoppingToken);

    internal async Task Pass(CancellationToken stoppingToken)
    {
        var sagas = await deadlines.Passed(stoppingToken);
        if (sagas.Count > 0)
        {
            var answer = await writer.Commit(new Fact.DeadlinesPassed(sagas), stoppingToken);
            log.LogWarning("Deadlines: {Reason}", answer.Reason);
        }
    }
}
