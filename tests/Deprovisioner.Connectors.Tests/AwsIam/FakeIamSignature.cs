using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Deprovisioner.Connectors.Tests.AwsIam;

/// <summary>
/// Verifies a request's signature from what arrived, by the steps of
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, and without the connector's own code.
/// </summary>
internal static class FakeIamSignature
{
    private static readonly TimeSpan Good = TimeSpan.FromMinutes(5);

    /// <returns>The error's code and message; null: it is right.</returns>
    public static (string Code, string Message)? Check(HttpRequest request, string body, IReadOnlyDictionary<string, (string Secret, string? Token)> keys, string region, string service, DateTimeOffset now)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal))
        {
            return ("MissingAuthenticationToken", "Request is missing Authentication Token");
        }

        var parts = header["AWS4-HMAC-SHA256 ".Length..].Split(", ").Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        var scope = parts["Credential"].Split('/');
        if (!keys.TryGetValue(scope[0], out var key))
        {
            return ("InvalidClientTokenId", "The security token included in the request is invalid.");
        }

        var signed = parts["SignedHeaders"].Split(';');
        if (!signed.Contains("host") || !signed.Contains("x-amz-date") || request.Headers.Keys.Any(k => k.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase) && !signed.Contains(k.ToLowerInvariant())))
        {
            return ("IncompleteSignature", "host and all x-amz- headers must be signed.");
        }

        if (key.Token is { } token && request.Headers["x-amz-security-token"] != token)
        {
            return ("InvalidClientTokenId", "The security token included in the request is invalid.");
        }

        var date = request.Headers["x-amz-date"].ToString();
        var at = DateTimeOffset.ParseExact(date, "yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        if ((at - now).Duration() > Good)
        {
            return ("SignatureDoesNotMatch", $"Signature expired: {date} is now earlier than the service's time less 5 min.");
        }

        if (scope is not [_, _, _, _, "aws4_request"] || scope[3] != service || scope[1] != date[..8] || scope[2] != region)
        {
            return ("SignatureDoesNotMatch", "Credential should be scoped to a valid region.");
        }

        var canonical = new StringBuilder().Append(request.Method).Append("\n/\n\n");
        foreach (var name in signed)
        {
            canonical.Append(name).Append(':').Append(request.Headers[name]).Append('\n');
        }

        canonical.Append('\n').Append(parts["SignedHeaders"]).Append('\n').Append(Hash(body));
        var text = $"AWS4-HMAC-SHA256\n{date}\n{string.Join('/', scope[1..])}\n{Hash(canonical.ToString())}";
        var derived = scope[1..].Aggregate(Encoding.UTF8.GetBytes($"AWS4{key.Secret}"), Mac);
        return parts["Signature"] == Hex(Mac(derived, text))
            ? null
            : ("SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.");
    }

    private static byte[] Mac(byte[] key, string text)
    {
        using var mac = new HMACSHA256(key);
        return mac.ComputeHash(Encoding.UTF8.GetBytes(text));
    }

    private static string Hash(string text) => Hex(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Hex(byte[] bytes) => string.Concat(bytes.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
}
