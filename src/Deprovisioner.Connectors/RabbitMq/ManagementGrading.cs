using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.RabbitMq;

/// <summary>What an answer of the management API means. Pure: the same answer always means the same.</summary>
internal static class ManagementGrading
{
    /// <summary>Null for a success.</summary>
    /// <param name="body">As it came; only an error's <c>error</c> and <c>reason</c> are used.</param>
    /// <param name="redact">Takes secrets out of what the server says.</param>
    public static Fault? Of(int status, HttpResponseHeaders headers, string body, DateTimeOffset now, Func<string, string> redact)
    {
        // What lacks the tag administrator is told 401 too. The API itself throttles nobody; what stands in front of it may.
        var reason = Reason(body);
        return HttpFaults.Of((HttpStatusCode)status, headers, reason, HttpFaults.Said(status, type: null, reason, redact), now);
    }

    /// <summary>Transient, since it is what a maintenance page looks like as well as a wrong address.</summary>
    public static Fault NotRabbitMq(string what)
        => new(Outcome.Transient, "not-rabbitmq", $"The server's answer for {what} is not that of a RabbitMQ management plugin. Is url where it listens, without /api?");

    private static string? Reason(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("reason", out var reason)
                ? reason.ValueKind == JsonValueKind.String ? reason.GetString() : reason.GetRawText()
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
