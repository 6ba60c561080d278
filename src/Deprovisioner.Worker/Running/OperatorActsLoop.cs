using Deprovisioner.Storage;
using Deprovisioner.Storage.Writing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Carries out what people asked for.</summary>
internal sealed class OperatorActsLoop(OperatorActs acts, FactWriter writer, AheadSignals signals, Readiness readiness, TimeProvider clock, ILogger<OperatorActsLoop> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Sweep.Woken(signals.Of(AheadKind.Requests), "Requests", Pass, readiness, clock, log, stoppingToken);

    internal async Task Pass(CancellationToken stoppingToken)
    {
        foreach (var id in await acts.Requested(stoppingToken))
        {
            try
            {
                var answer = await writer.Commit(new Fact.ActRequested(id), stoppingToken);
                log.LogInformation("Request {Act}: {Verdict}. {Reason}", id, answer.Verdict, answer.Reason);
            }
            catch (FactRefusedException refused)
            {
                // Who asked must hear of it, and who asked after them must not wait.
                await acts.Refuse(id, $"Nothing was done. {refused.Message}", clock.GetUtcNow(), stoppingToken);
            }
        }
    }
}
