using Deprovisioner.Storage;
using Deprovisioner.Storage.Notifying;
using Deprovisioner.Worker.Running;
using Deprovisioner.Worker.Settings;
using Deprovisioner.Worker.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Notifying;

// Theory of operation. Each receiver has a run of its own, which claims, sends and marks until nothing is due for it; a pass only begins the runs that are not under way, and waits for none. So a receiver that hangs holds up nobody
// else. A run that fails, because the database is away for instance, ends; what it claimed is due again when its lease ends, and the next pass begins another.

/// <summary>Sends webhooks and mails that are due.</summary>
internal sealed class NotificationDeliveryLoop(
    NotificationDeliveries deliveries, NotificationSenders senders, ConfigurationInForce inForce, AheadSignals signals, Readiness readiness, ILogger<NotificationDeliveryLoop> log) : BackgroundService
{
    private readonly Dictionary<string, Task> underWay = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Sweep.Woken(signals.Of(AheadKind.Deliveries), "Webhooks and mails", Pass, readiness, senders.Clock, log, stoppingToken);
        }
        finally
        {
            // They are told to stop as well, and hand back what they have.
            await Task.WhenAll(underWay.Values);
        }
    }

    /// <summary>Begins a run for each receiver that has none.</summary>
    internal async Task Pass(CancellationToken stoppingToken)
    {
        var configuration = inForce.Configuration;
        var receivers = configuration.Notifications.Receivers.ToList();
        foreach (var (receiver, count) in await deliveries.GiveUpUnasked([.. receivers.Select(r => r.Name)], configuration.Version, stoppingToken))
        {
            // Its name may be configured nowhere: no label.
            WorkerTelemetry.Notified("none", "given-up", count);
            log.LogWarning("{Count} deliveries to {Receiver} are given up: it is gone or not configured any more.", count, receiver);
        }

        foreach (var receiver in receivers.Where(r => !underWay.TryGetValue(r.Name, out var run) || run.IsCompleted))
        {
            underWay[receiver.Name] = Run(new ReceiverRun(deliveries, senders, configuration, receiver, log), receiver.Name, stoppingToken);
        }
    }

    private async Task Run(ReceiverRun run, string receiver, CancellationToken stoppingToken)
    {
        // Its first claim too is not the pass's business.
        await Task.Yield();
        try
        {
            await run.Deliver(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
        catch (Exception error)
        {
            log.LogWarning("Nothing can be sent to {Receiver} now ({Error}); what is due is tried again.", receiver, error.Message);
        }
    }
}
