using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Deprovisioner.Connectors.Scim;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.RabbitMq;

/// <summary>What an answer of the management API means. Pure: the same answer always means the same.</summary>
internal static class ManagementGrading
{
    private const int LongestReason = 300;

    /// <summary>Null for a success.</summary>
    /// <param name="body">As it came; only an error's <c>error</c> and <c>reason</c> are used.</param>
    /// <param name="redact">Takes secrets out of what the server says.</param>
    public static Fault? Of(int status, HttpResponseHeaders headers, string body, DateTimeOffset now, Func<string, string> redact)
    {
        if (status is >= 200 and < 300)
        {
            return null;
        }

        var code = $"http-{status}";
        var said = $"The server answered {status}{Reason(body, redact)}";
        return status switch
        {
            // What lacks the tag administrator is told 401 too.
            401 or 403 => new Fault(Outcome.Unauthorized, code, said),

            // The API itself throttles nobody; what stands in front of it may.
            429 or 503 => new Fault(Outcome.Throttled, code, said, RetryAfter.Of(headers, now)),
            408 or 425 or >= 500 => new Fault(Outcome.Transient, code, said),
            >= 300 and < 400 => new Fault(Outcome.Rejected, code, $"The server answered {status}. Redirects are not followed: they would carry the credential elsewhere. Correct url."),
            _ => new Fault(Outcome.Rejected, code, said),
        };
    }

    /// <summary>Transient, since it is what a maintenance page looks like as well as a wrong address.</summary>
    public static Fault NotRabbitMq(string what)
        => new(Outcome.Transient, "not-rabbitmq", $"The server's answer for {what} is not that of a RabbitMQ management plugin. Is url where it listens, without /api?");

    private static string Reason(string body, Func<string, string> redact)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var said = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("reason", out var reason)
                ? reason.ValueKind == JsonValueKind.String ? reason.GetString()! : reason.GetRawText()
                : "";
            var printable = redact(string.Concat(said.Where(c => !char.IsControl(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format)));

            // Redacted before it is cut, so that half a secret is not left.
            return printable.Length == 0 ? "." : $": {(printable.Length <= LongestReason ? printable : printable[..LongestReason])}";
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return ".";
        }
    }
}
