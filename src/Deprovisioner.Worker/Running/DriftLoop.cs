using Deprovisioner.Storage;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Worker.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Has the accounts of people who left read again, and hands on what was found.</summary>
internal sealed class DriftLoop(DriftWatches watches, FactWriter writer, AheadSignals signals, Readiness readiness, TimeProvider clock, ILogger<DriftLoop> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Sweep.Woken(signals.Of(AheadKind.Drift), "Access that may be there again", Pass, readiness, clock, log, stoppingToken);

    /// <summary>Side by side, so that the writer commits them together.</summary>
    private async Task Pass(CancellationToken stoppingToken)
    {
        var found = await watches.Found(stoppingToken);
        await Task.WhenAll(found.Select(async person =>
        {
            using var span = WorkerTelemetry.LookingAt();
            var answer = await writer.Commit(new Fact.DriftFound(person, span?.Id), stoppingToken);
            WorkerTelemetry.Decided(span, answer);
            log.LogWarning("Access of person {Person} is there again: {Verdict}. {Reason}", person, answer.Verdict, answer.Reason);
        }));
        if (await watches.AskDue(stoppingToken) is > 0 and var people)
        {
            log.LogDebug("The accounts of {People} people who left were due to be read again.", people);
        }
    }
}
