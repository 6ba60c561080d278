using System.Globalization;
using System.Net.Http.Headers;
using Deprovisioner.Connectors.Http;

namespace Deprovisioner.Connectors.Rest;

/// <summary>
/// A server that says how many requests are left (IETF draft-ietf-httpapi-ratelimit-headers, and the names that GitHub, Okta and others had before) is not asked once there are none:
/// some count refused requests too, and lock out who goes on.
/// </summary>
internal sealed class SpentBudget
{
    private static readonly string[] Remaining = ["ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining"];

    private long untilTicks;

    public void Note(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var left = Remaining.Select(name => headers.TryGetValues(name, out var values) ? values.First() : null).FirstOrDefault(value => value is not null);
        if (int.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number == 0 && RetryAfter.Of(headers, now) is { } until)
        {
            Volatile.Write(ref untilTicks, until.UtcTicks);
        }
    }

    /// <summary>Null: requests are left, as far as is known.</summary>
    public DateTimeOffset? SpentUntil(DateTimeOffset now)
        => Volatile.Read(ref untilTicks) is var ticks && ticks > now.UtcTicks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
}
