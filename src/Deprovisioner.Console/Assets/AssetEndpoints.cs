using System.Security.Cryptography;

namespace Deprovisioner.Console.Assets;

/// <summary>Style, script and icon, which are part of the program; kept by browsers for good, under an address that changes with what is in them.</summary>
internal static class AssetEndpoints
{
    private static readonly Dictionary<string, Asset> All = new[] { ("console.css", "text/css; charset=utf-8"), ("console.js", "text/javascript; charset=utf-8"), ("icon.svg", "image/svg+xml") }
        .ToDictionary(asset => asset.Item1, asset => Asset.Read(asset.Item1, asset.Item2));

    public static string Address(string name) => $"/assets/{All[name].Version}/{name}";

    public static void Map(WebApplication web)
        => web.MapGet("/assets/{version}/{name}", (string version, string name, HttpContext http) =>
        {
            if (!All.TryGetValue(name, out var asset) || asset.Version != version)
            {
                return Results.NotFound();
            }

            http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            return Results.Bytes(asset.Bytes, asset.Type);
        }).AllowAnonymous().ExcludeFromDescription();

    private sealed record Asset(byte[] Bytes, string Type, string Version)
    {
        public static Asset Read(string name, string type)
        {
            using var stream = typeof(AssetEndpoints).Assembly.GetManifestResourceStream($"assets/{name}")!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return new Asset(bytes, type, Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 6)));
        }
    }
}
