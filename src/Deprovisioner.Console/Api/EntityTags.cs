using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Deprovisioner.Console.Api;

/// <summary>A strong entity tag on every answer to a GET of the API (RFC 9110, section 8.8.3): whoever asks again with it is told 304 where nothing changed.</summary>
internal static class EntityTags
{
    /// <summary>Exports are streamed and not kept in memory.</summary>
    private const int LongestKept = 4 * 1024 * 1024;

    public static async Task Answer(HttpContext http, RequestDelegate next)
    {
        if (!HttpMethods.IsGet(http.Request.Method) || http.GetEndpoint()?.Metadata.GetMetadata<Streamed>() is not null)
        {
            await next(http);
            return;
        }

        var body = http.Response.Body;
        using var kept = new MemoryStream();
        http.Response.Body = kept;
        try
        {
            await next(http);
        }
        finally
        {
            http.Response.Body = body;
        }

        if (http.Response.StatusCode == StatusCodes.Status200OK && kept.Length <= LongestKept)
        {
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(kept.GetBuffer().AsSpan(0, (int)kept.Length))[..16])}\"");
            http.Response.Headers.ETag = tag.ToString();
            if (http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any)))
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                http.Response.Headers.ContentLength = null;
                http.Response.Headers.ContentType = default;
                return;
            }
        }

        kept.Position = 0;
        await kept.CopyToAsync(body, http.RequestAborted);
    }

    /// <summary>Of an endpoint whose answer has any length.</summary>
    internal sealed class Streamed;
}
