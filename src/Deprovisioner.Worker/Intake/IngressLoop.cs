using Deprovisioner.Storage;
using Deprovisioner.Worker.Running;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Intake;

/// <summary>Takes in what came by HTTP.</summary>
internal sealed class IngressLoop(IngressEvents events, HrEventIntake intake, AheadSignals signals, Readiness readiness, TimeProvider clock, ILogger<IngressLoop> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Sweep.Woken(signals.Of(AheadKind.Ingress), "Events by HTTP", Pass, readiness, clock, log, stoppingToken);

    internal async Task Pass(CancellationToken stoppingToken)
    {
        while (await events.Take((raw, sender, cancellationToken) => intake.Take(raw, sender, cancellationToken), stoppingToken) > 0)
        {
        }
    }
}
