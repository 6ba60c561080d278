using Deprovisioner.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Publishes what was decided, at least once each.</summary>
internal sealed class OutboxLoop(Outbox outbox, IPublishedEvents events, AheadSignals signals, Readiness readiness, TimeProvider clock, ILogger<OutboxLoop> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Sweep.Woken(signals.Of(AheadKind.EventsOut), "Events out", Pass, readiness, clock, log, stoppingToken);

    /// <summary>What could not be published is kept and tried again.</summary>
    internal async Task Pass(CancellationToken stoppingToken)
    {
        while (await outbox.Publish(Publish, stoppingToken) > 0)
        {
        }
    }

    private Task Publish(OutboxMessage message, CancellationToken cancellationToken) => events.Publish(CloudEventText.Of(message), cancellationToken);
}
