using System.Buffers;
using System.Text.Json;
using Deprovisioner.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Publishes what was decided, at least once each.</summary>
internal sealed class OutboxLoop(Outbox outbox, IPublishedEvents events, Readiness readiness, TimeProvider clock, ILogger<OutboxLoop> log) : BackgroundService
{
    /// <summary>Nobody's access depends on these events: a short wait gathers several.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Database.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await outbox.Publish(Publish, stoppingToken) > 0)
                {
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Events out could not be published ({Error}); they are kept and tried again.", error.Message);
            }

            await Task.Delay(Pause, clock, stoppingToken);
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
