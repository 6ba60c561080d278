using System.Globalization;
using System.Net.Http.Headers;

namespace Deprovisioner.Connectors.Http;

/// <summary>When a server that asked for patience wants to be asked again.</summary>
internal static class RetryAfter
{
    /// <summary>No server means longer; a wrong unit or a wrong clock does.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    // No standard: the names of IETF draft-ietf-httpapi-ratelimit-headers, GitHub and others, Okta.
    private static readonly string[] ResetHeaders = ["ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset"];

    /// <summary>The instant, UTC, between now and a day from now; null where the server gave none.</summary>
    public static DateTimeOffset? Of(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var at = Standard(headers, now) ?? ResetHeaders.Select(name => Reset(headers, name, now)).FirstOrDefault(found => found is not null);
        return at is null ? null
            : at < now ? now
            : at > now + Longest ? now + Longest
            : at;
    }

    // RFC 9110 section 10.2.3: seconds, or an HTTP date.
    private static DateTimeOffset? Standard(HttpResponseHeaders headers, DateTimeOffset now)
        => headers.RetryAfter?.Delta is { } delta ? now + delta : headers.RetryAfter?.Date?.ToUniversalTime();

    // Some give an instant and some a length, and some of either in milliseconds: the size tells.
    private static DateTimeOffset? Reset(HttpResponseHeaders headers, string name, DateTimeOffset now)
    {
        if (!headers.TryGetValues(name, out var values)
            || !double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || number is not (>= 0 and < 1e14))
        {
            return null;
        }

        return number switch
        {
            > 1e11 => DateTimeOffset.UnixEpoch.AddMilliseconds(number),
            > 1e8 => DateTimeOffset.UnixEpoch.AddSeconds(number),
            _ => now.AddSeconds(number),
        };
    }
}
