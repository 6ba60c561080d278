using System.Buffers.Text;
using System.Text.Json;

namespace Deprovisioner.Console.Signals;

/// <summary>A token as it is brought (RFC 8417). Only its id is looked at: it is its receiver who verifies it, and the console has no key.</summary>
internal static class SecurityEventToken
{
    /// <summary>RFC 8417, section 7.1.</summary>
    public const string MediaType = "application/secevent+jwt";

    private const int LongestId = 100;

    /// <summary>Its <c>jti</c>; null: it is no signed JWT (RFC 7515, section 7.1) that has one.</summary>
    public static string? IdOf(string token)
    {
        if (token.Split('.') is not [_, var payload, { Length: > 0 }] || !Base64Url.IsValid(payload))
        {
            return null;
        }

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return claims.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("jti", out var jti) && jti.ValueKind == JsonValueKind.String
                && jti.GetString() is { Length: > 0 and <= LongestId } id && id.All(c => c is > ' ' and <= '~') ? id : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
