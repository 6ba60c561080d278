using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Scim;

/// <summary>What an HTTP answer means (RFC 7644 section 3.12). Pure: the same answer always means the same.</summary>
internal static class ScimGrading
{
    /// <summary>RFC 7644 section 3.12 leaves <c>detail</c> to the server; a person reads no more than this.</summary>
    private const int LongestDetail = 300;

    // Words in which systems that throttle with 400 or 403 say so. "tooMany" is not among them: it is RFC 7644's word for a filter that
    // finds too much, and waiting does not help there.
    private static readonly string[] ThrottlingWords = ["rate limit", "rate_limit", "ratelimit", "throttl", "too many requests"];

    /// <summary>Null for a success.</summary>
    /// <param name="body">As it came; only a SCIM error's <c>detail</c> and <c>scimType</c> are used.</param>
    /// <param name="redact">Takes secrets out of what the server says.</param>
    public static Fault? Of(HttpStatusCode status, HttpResponseHeaders headers, string body, DateTimeOffset now, Func<string, string> redact)
    {
        var number = (int)status;
        if (number is >= 200 and < 300)
        {
            return null;
        }

        var error = ScimJson.Object(body);
        var said = Said(number, error, redact);
        var code = $"http-{number}";
        return number switch
        {
            429 or 503 => Throttled(),
            400 or 403 when Throttles(error) => Throttled(),

            // Seen from some systems as 403 with the budget spent.
            403 when headers.TryGetValues("x-ratelimit-remaining", out var left) && left.First().Trim() == "0" => Throttled(),
            401 or 403 => new Fault(Outcome.Unauthorized, code, said),

            // 408 and 425: sent too slowly or too early. 412: changed since it was read (section 3.14), so read again.
            408 or 412 or 425 => new Fault(Outcome.Transient, code, said),
            501 => new Fault(Outcome.Rejected, code, said),
            >= 500 => new Fault(Outcome.Transient, code, said),
            >= 300 and < 400 => new Fault(Outcome.Rejected, code, $"The server answered {number}. Redirects are not followed: they would carry the credential elsewhere. Correct url."),
            _ => new Fault(Outcome.Rejected, code, said),
        };

        Fault Throttled() => new(Outcome.Throttled, code, said, RetryAfter.Of(headers, now));
    }

    /// <summary>
    /// RFC 9110 section 15.3.3: a change that was taken, is not done yet, and may never be. RFC 7644 has no such answer; provisioning gateways in front of a slow system
    /// do. There is no standard place for its end, so the resource itself is read again; a <c>Retry-After</c> (section 10.2.3) says when.
    /// </summary>
    public static Fault Taken(HttpResponseHeaders headers, DateTimeOffset now)
        => new(Outcome.Accepted, "http-202", "The server took the change and finishes it later.", RetryAfter.Of(headers, now));

    private static bool Throttles(JsonObject? error)
        => error?.Text("detail") is { } detail && ThrottlingWords.Any(word => detail.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string Said(int number, JsonObject? error, Func<string, string> redact)
    {
        var type = error?.Text("scimType") is { } word && word.Length <= 40 && word.All(char.IsAsciiLetter) ? $" ({word})" : "";
        var detail = error?.Text("detail") is { Length: > 0 } text ? ": " + Bounded(redact(Printable(text))) : ".";
        return $"The server answered {number}{type}{detail}";
    }

    // Also the marks that change the reading direction: what a screen shows must be what was said.
    private static string Printable(string text)
        => string.Concat(text.Where(c => !char.IsControl(c) && char.GetUnicodeCategory(c) != System.Globalization.UnicodeCategory.Format));

    // Redacted before it is cut, so that half a secret is not left.
    private static string Bounded(string text) => text.Length <= LongestDetail ? text : text[..LongestDetail];
}
