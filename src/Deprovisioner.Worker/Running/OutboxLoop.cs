using System.Buffers;
using System.Text.Json;
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
        var bytes = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", message.Id.ToString());
            json.WriteString("source", "/deprovisioner");
            json.WriteString("type", message.Type);
            json.WriteString("subject", message.SagaId.ToString());
            json.WriteString("time", message.CreatedAt.ToString("O"));
            json.WriteString("datacontenttype", "application/json");
            json.WritePropertyName("data");
            json.WriteRawValue(message.Payload, skipInputValidation: true); // PostgreSQL wrote it, from jsonb.
            json.WriteEndObject();
        }

        return events.Publish(bytes.WrittenMemory, cancellationToken);
    }
}
