using System.Security.Cryptography;
using System.Text;

namespace Deprovisioner.Console.Ingress;

/// <summary>
/// Whether a body was signed with the shared secret, after Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md):
/// <c>webhook-signature: v1,BASE64(HMAC-SHA256(secret, ID.TIMESTAMP.BODY))</c>, several separated by spaces, with <c>webhook-id</c> and <c>webhook-timestamp</c> (seconds since 1970).
/// </summary>
internal static class EventSignature
{
    /// <summary>An older request may be one that somebody recorded.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string Version = "v1,";
    private const string EncodedSecret = "whsec_";

    /// <summary>What is wrong with it, for the sender; null: nothing.</summary>
    public static string? Fault(IHeaderDictionary headers, ReadOnlySpan<byte> body, string secret, DateTimeOffset now)
    {
        var (id, timestamp, signatures) = (headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString());
        if (id.Length == 0 || timestamp.Length == 0 || signatures.Length == 0)
        {
            return "The headers webhook-id, webhook-timestamp and webhook-signature are asked for here.";
        }

        if (!long.TryParse(timestamp, out var seconds) || Math.Abs(now.ToUnixTimeSeconds() - (decimal)seconds) > (decimal)Tolerance.TotalSeconds)
        {
            return "The webhook-timestamp is not within five minutes of this server's clock.";
        }

        var expected = Of(id, timestamp, body, secret);
        return signatures.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(signature => Fits(signature, expected)) ? null : "No webhook-signature fits.";
    }

    private static byte[] Of(string id, string timestamp, ReadOnlySpan<byte> body, string secret)
    {
        var key = secret.StartsWith(EncodedSecret, StringComparison.Ordinal) ? Convert.FromBase64String(secret[EncodedSecret.Length..]) : Encoding.UTF8.GetBytes(secret);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }

    private static bool Fits(string signature, byte[] expected)
    {
        Span<byte> given = stackalloc byte[64];
        return signature.StartsWith(Version, StringComparison.Ordinal) && Convert.TryFromBase64String(signature[Version.Length..], given, out var length)
            && CryptographicOperations.FixedTimeEquals(given[..length], expected);
    }
}
