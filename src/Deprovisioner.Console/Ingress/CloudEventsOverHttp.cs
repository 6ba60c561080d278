using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using Deprovisioner.Core.Intake;

namespace Deprovisioner.Console.Ingress;

/// <summary>
/// From a request to messages as they come by AMQP: CloudEvents in the JSON format. Structured, batched and binary content mode of the HTTP protocol binding
/// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md, section 3).
/// </summary>
internal static class CloudEventsOverHttp
{
    private const string Structured = "application/cloudevents+json";
    private const string Batched = "application/cloudevents-batch+json";
    private const string AttributePrefix = "ce-";

    /// <summary>In a structured event these are no attributes, so a header cannot say them.</summary>
    private static readonly string[] NoAttributes = ["data", "data_base64", "datacontenttype"];

    /// <summary>Why a request can be none, whatever its body; null: it may be one.</summary>
    public static string? Unsupported(HttpRequest request)
        => MediaType(request) is Structured or Batched || request.Headers.ContainsKey(AttributePrefix + "specversion")
            ? null
            : $"Send CloudEvents: Content-Type {Structured}, or {Batched}, or the data as the body with ce-… headers.";

    /// <summary>The messages, valid or not: of a batch that is no JSON array the body as it came, so that it can be kept.</summary>
    public static IReadOnlyList<byte[]> Messages(HttpRequest request, byte[] body)
        => MediaType(request) switch
        {
            Structured => [body],
            Batched => HrEventBatch.Split(body),
            _ => [Binary(request, body)],
        };

    private static string? MediaType(HttpRequest request)
        => MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type.MediaType?.ToLowerInvariant() : null;

    /// <summary>Attributes stand in headers, percent-encoded (section 3.1.3.2); the body is the data.</summary>
    private static byte[] Binary(HttpRequest request, byte[] body)
    {
        var bytes = new ArrayBufferWriter<byte>(body.Length + 512);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach (var (header, value) in request.Headers.Where(h => h.Key.StartsWith(AttributePrefix, StringComparison.OrdinalIgnoreCase)))
            {
                var name = header[AttributePrefix.Length..].ToLowerInvariant();
                if (!NoAttributes.Contains(name))
                {
                    json.WriteString(name, Uri.UnescapeDataString(value.ToString()));
                }
            }

            if (request.ContentType is { } type)
            {
                json.WriteString("datacontenttype", type);
            }

            Data(json, body);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>What is no JSON is kept as bytes: the parser then says what is wrong with it.</summary>
    private static void Data(Utf8JsonWriter json, byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            json.WritePropertyName("data");
            document.RootElement.WriteTo(json);
        }
        catch (JsonException)
        {
            json.WriteBase64String("data_base64", body);
        }
    }
}
