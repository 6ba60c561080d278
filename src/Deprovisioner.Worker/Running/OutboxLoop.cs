using System.Text.Json;
using System.Text.Json.Nodes;
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

    private Task Publish(OutboxMessage message, CancellationToken cancellationToken)
    {
        // CloudEvents 1.0, JSON event format.
        var cloudEvent = new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = message.Id.ToString(),
            ["source"] = "/deprovisioner",
            ["type"] = message.Type,
            ["subject"] = message.SagaId.ToString(),
            ["time"] = message.CreatedAt.ToString("O"),
            ["datacontenttype"] = "application/json",
            ["data"] = JsonNode.Parse(message.Payload),
        };
        return events.Publish(JsonSerializer.SerializeToUtf8Bytes(cloudEvent), cancellationToken);
    }
}
