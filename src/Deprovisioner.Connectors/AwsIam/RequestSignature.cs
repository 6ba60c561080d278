using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>AWS Signature Version 4 of one request: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html</summary>
internal static partial class RequestSignature
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The instant as <c>x-amz-date</c> has it.</summary>
    public static string Date(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The <c>Authorization</c> header.</summary>
    /// <param name="at">The same instant as the request's <c>x-amz-date</c>.</param>
    /// <param name="path">Already canonical.</param>
    /// <param name="query">Already canonical: sorted, escaped, without a question mark.</param>
    /// <param name="headers">All that are to be signed, <c>host</c> and <c>x-amz-date</c> among them; each name once.</param>
    public static string Authorization(
        AwsCredential credential, string region, string service, DateTimeOffset at, string method, string path, string query, IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body)
    {
        var sorted = headers.Select(h => (Name: h.Key.ToLowerInvariant(), Value: Spaces().Replace(h.Value.Trim(), " "))).OrderBy(h => h.Name, StringComparer.Ordinal).ToList();
        var names = string.Join(';', sorted.Select(h => h.Name));
        var canonical = string.Join('\n', [method, path, query, .. sorted.Select(h => $"{h.Name}:{h.Value}"), "", names, Hex(SHA256.HashData(body))]);

        var day = at.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var scope = $"{day}/{region}/{service}/aws4_request";
        var toSign = string.Join('\n', Algorithm, Date(at), scope, Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));

        var key = Encoding.UTF8.GetBytes("AWS4" + credential.SecretAccessKey);
        foreach (var part in new[] { day, region, service, "aws4_request" })
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return $"{Algorithm} Credential={credential.AccessKeyId}/{scope}, SignedHeaders={names}, Signature={Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)))}";
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    [GeneratedRegex(" +", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
