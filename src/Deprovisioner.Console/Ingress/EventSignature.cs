using System.Security.Cryptography;
using System.Text;
using Deprovisioner.Core.Notifying;

namespace Deprovisioner.Console.Ingress;

/// <summary>
/// Whether a body was signed with the shared secret, in the way in which our own webhooks are (<see cref="WebhookSignature"/>): <c>webhook-signature: v1,BASE64(HMAC-SHA256(secret, ID.TIMESTAMP.BODY))</c>, several separated by
/// blanks, with <c>webhook-id</c> and <c>webhook-timestamp</c> (seconds since 1970, UTC).
/// </summary>
internal static class EventSignature
{
    /// <summary>An older request may be one that somebody recorded.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>What is wrong with it, for the sender; null: nothing.</summary>
    public static string? Fault(IHeaderDictionary headers, ReadOnlySpan<byte> body, byte[] key, DateTimeOffset now)
    {
        var (id, timestamp, signatures) = (headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString());
        if (id.Length == 0 || timestamp.Length == 0 || signatures.Length == 0)
        {
            return "The headers webhook-id, webhook-timestamp and webhook-signature are asked for here.";
        }

        if (!long.TryParse(timestamp, out var seconds) || seconds < (now - Tolerance).ToUnixTimeSeconds() || seconds > (now + Tolerance).ToUnixTimeSeconds())
        {
            return "The webhook-timestamp is not within five minutes of this server's clock.";
        }

        var expected = Encoding.ASCII.GetBytes(WebhookSignature.Of([key], id, DateTimeOffset.FromUnixTimeSeconds(seconds), body));
        return signatures.Split(' ').Any(signature => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), expected)) ? null : "No webhook-signature fits.";
    }
}
