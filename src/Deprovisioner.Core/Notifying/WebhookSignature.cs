using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Deprovisioner.Core.Notifying;

/// <summary>The signature of a webhook: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, "Signature scheme", symmetric.</summary>
public static class WebhookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>The specification's bounds: 192 to 512 bits.</summary>
    private const int FewestBytes = 24;

    private const int MostBytes = 64;

    /// <summary>The key of a secret as people write it, <c>whsec_</c> and Base64 of 24 to 64 bytes; null: it is none.</summary>
    public static byte[]? Key(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var key = new byte[MostBytes + 3];
        return Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length) && length is >= FewestBytes and <= MostBytes ? key[..length] : null;
    }

    /// <summary>The value of <c>webhook-signature</c>: one signature for each key, separated by blanks.</summary>
    /// <param name="id">The value of <c>webhook-id</c>; has no full stop in it.</param>
    /// <param name="at">When the attempt is made; <c>webhook-timestamp</c> is its whole seconds since 1970, UTC.</param>
    public static string Of(IEnumerable<byte[]> keys, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.")), .. body];
        return string.Join(' ', keys.Select(key => "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed))));
    }
}
