using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Http;

/// <summary>
/// What an HTTP exchange that did not succeed means (RFC 9110 section 15), wherever it is. Pure: the same answer always means the same. What prevents an answer is told apart by
/// whether the request may have had its effect: a write without an answer is <c>indeterminate</c>, all else is <c>transient</c>.
/// </summary>
internal static class HttpFaults
{
    /// <summary>A person reads no more than this of what a server says.</summary>
    private const int LongestDetail = 300;

    // Words in which systems that throttle with 400 or 403 say so. "tooMany" is not among them: it is RFC 7644's word for a filter that
    // finds too much, and waiting does not help there.
    private static readonly string[] ThrottlingWords = ["rate limit", "rate_limit", "ratelimit", "throttl", "too many requests"];

    /// <summary>Null for a success.</summary>
    /// <param name="detail">What the server says of the error; untrusted.</param>
    /// <param name="said">The same as a sentence: see <see cref="Said"/>.</param>
    public static Fault? Of(HttpStatusCode status, HttpResponseHeaders headers, string? detail, string said, DateTimeOffset now)
    {
        var number = (int)status;
        var code = string.Create(CultureInfo.InvariantCulture, $"http-{number}");
        return number switch
        {
            >= 200 and < 300 => null,
            429 or 503 => Throttled(),
            400 or 403 when Throttles(detail) => Throttled(),

            // Seen from some systems as 403 with the budget spent.
            403 when Spent(headers) => Throttled(),
            401 or 403 => new Fault(Outcome.Unauthorized, code, said),

            // 408 and 425: sent too slowly or too early. 412: changed since it was read (RFC 9110 section 15.5.13), so read again.
            408 or 412 or 425 => new Fault(Outcome.Transient, code, said),
            501 => new Fault(Outcome.Rejected, code, said),
            >= 500 => new Fault(Outcome.Transient, code, said),
            >= 300 and < 400 => new Fault(Outcome.Rejected, code, $"The server answered {number}. Redirects are not followed: they would carry the credential elsewhere. Correct url."),
            _ => new Fault(Outcome.Rejected, code, said),
        };

        Fault Throttled() => new(Outcome.Throttled, code, said, RetryAfter.Of(headers, now));
    }

    /// <summary>RFC 9110 section 15.3.3: a change that was taken, is not done yet, and may never be. A <c>Retry-After</c> (section 10.2.3) says when to look again.</summary>
    public static Fault Taken(HttpResponseHeaders headers, DateTimeOffset now)
        => new(Outcome.Accepted, "http-202", "The server took the change and finishes it later.", RetryAfter.Of(headers, now));

    /// <summary>What the server said, for a person: printable, without secrets, and short.</summary>
    /// <param name="type">The server's own word for the error, if it is plain.</param>
    public static string Said(int status, string? type, string? detail, Func<string, string> redact)
    {
        var word = type is { Length: > 0 and <= 40 } && type.All(char.IsAsciiLetter) ? $" ({type})" : "";
        var text = detail is { Length: > 0 } ? ": " + Bounded(redact(Printable(detail))) : ".";
        return string.Create(CultureInfo.InvariantCulture, $"The server answered {status}{word}{text}");
    }

    /// <summary>What broke the exchange.</summary>
    /// <param name="writes">Whether the request changes something.</param>
    public static Fault Broken(HttpRequestException error, bool writes, string authority) => error.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => Unreachable(authority, "its name does not resolve"),
        HttpRequestError.ConnectionError => Unreachable(authority, "the connection is refused or broken"),
        HttpRequestError.ProxyTunnelError => Unreachable(authority, "the proxy does not let it through"),
        HttpRequestError.SecureConnectionError => error.InnerException is AuthenticationException
            ? new(Outcome.Unauthorized, Fault.Untrusted, $"{authority} shows a certificate that is not trusted, or speaks no TLS: set caFile, or correct the certificate.")
            : Unreachable(authority, "it hung up while encryption was agreed"),
        HttpRequestError.ConfigurationLimitExceeded => new(Outcome.Rejected, "answer-too-large", "The answer is larger than any that is read."),
        _ => writes ? Unanswered() : new(Outcome.Transient, Fault.NoAnswer, "The connection broke before the answer was complete."),
    };

    /// <summary>No answer within the time.</summary>
    public static Fault Late(TimeSpan timeout, bool writes)
        => writes ? Unanswered() : new(Outcome.Transient, Fault.TimedOut, string.Create(CultureInfo.InvariantCulture, $"The server gave no answer within {timeout.TotalSeconds:0.#} s."));

    public static Fault Unreachable(string authority, string why) => new(Outcome.Transient, Fault.Unreachable, $"{authority} cannot be reached: {why}.");

    /// <summary>Without control characters and marks that change the reading direction: what a screen shows must be what was said.</summary>
    public static string Printable(string text)
        => string.Concat(text.Where(c => !char.IsControl(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format));

    private static Fault Unanswered() => new(Outcome.Indeterminate, Fault.NoAnswer, "The server took the request and gave no answer.");

    private static bool Throttles(string? detail) => detail is not null && ThrottlingWords.Any(word => detail.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static bool Spent(HttpResponseHeaders headers) => headers.TryGetValues("x-ratelimit-remaining", out var left) && left.First().Trim() == "0";

    // Redacted before it is cut, so that half a secret is not left.
    private static string Bounded(string text) => text.Length <= LongestDetail ? text : text[..LongestDetail];
}
