using Deprovisioner.Storage;
using Deprovisioner.Storage.Notifying;
using Deprovisioner.Worker.Running;
using Deprovisioner.Worker.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Notifying;

/// <summary>Decides for each event out whom it concerns, and wakes who sends.</summary>
internal sealed class NotificationRoutingLoop(
    NotificationRouting routing, ConfigurationInForce inForce, AheadSignals signals, Readiness readiness, TimeProvider clock, ILogger<NotificationRoutingLoop> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Sweep.Woken(signals.Of(AheadKind.Notices), "Whom events concern", Pass, readiness, clock, log, stoppingToken);

    internal async Task Pass(CancellationToken stoppingToken)
    {
        while (await routing.Route(inForce.Configuration.Notifications, stoppingToken) > 0)
        {
            signals.Set(AheadKind.Deliveries);
        }
    }
}
