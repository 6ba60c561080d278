using Deprovisioner.Storage;
using Deprovisioner.Storage.Reconciling;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Worker.Running;
using Deprovisioner.Worker.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Reconciling;

/// <summary>Begins what the schedule asks for, asks for pages whose answer did not come, and ends what gets nowhere.</summary>
internal sealed class ReconciliationLoop(
    PageClaims claims, PageQuestions questions, FactWriter writer, ConfigurationInForce inForce, AheadSignals signals, Readiness readiness, TimeProvider clock, ILogger<ReconciliationLoop> log) : BackgroundService
{
    /// <summary>A schedule is hours or days: no row says when its next time is.</summary>
    private static readonly TimeSpan LookAtSchedule = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
        => Sweep.Woken(signals.Of(AheadKind.Reconciliations), "Reconciliations", Pass, readiness, clock, log, stoppingToken, LookAtSchedule);

    private async Task Pass(CancellationToken stoppingToken)
    {
        foreach (var system in await claims.Due(inForce.Configuration, stoppingToken))
        {
            var answer = await writer.Commit(new Fact.ReconciliationDue(system), stoppingToken);
            log.LogInformation("It is time to reconcile {System}: {Verdict}. {Reason}", system, answer.Verdict, answer.Reason);
        }

        foreach (var (run, why) in await claims.Stalled(stoppingToken))
        {
            await writer.Commit(new Fact.ReconciliationStalled(run, why), stoppingToken);
            log.LogWarning("Reconciliation {Run} gets nowhere: {Why}", run, why);
        }

        await questions.Ask(stoppingToken);
    }
}
