using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Deprovisioner.Storage;

namespace Deprovisioner.Worker.Running;

/// <summary>Events out as CloudEvents 1.0, JSON event format: the same bytes on the bus and in every webhook.</summary>
internal static class CloudEventText
{
    public const string ContentType = "application/cloudevents+json";

    public static ReadOnlyMemory<byte> Of(OutboxMessage message) => Of(Id(message), message.Type, message.SagaId.ToString(), message.CreatedAt, message.Payload);

    /// <summary>The CloudEvents <c>id</c> of an event.</summary>
    public static string Id(OutboxMessage message) => message.Id.ToString(CultureInfo.InvariantCulture);

    /// <param name="data">JSON of our own: it is not checked.</param>
    public static ReadOnlyMemory<byte> Of(string id, string type, string subject, DateTimeOffset time, string data)
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", id);
            json.WriteString("source", "/deprovisioner");
            json.WriteString("type", type);
            json.WriteString("subject", subject);
            json.WriteString("time", time.ToString("O"));
            json.WriteString("datacontenttype", "application/json");
            json.WritePropertyName("data");
            json.WriteRawValue(data, skipInputValidation: true); // PostgreSQL wrote it, from jsonb.
            json.WriteEndObject();
        }

        return bytes.WrittenMemory;
    }
}
