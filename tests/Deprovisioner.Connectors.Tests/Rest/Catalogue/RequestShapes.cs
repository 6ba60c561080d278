using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Rest;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;

namespace Deprovisioner.Connectors.Tests.Rest.Catalogue;

/// <summary>Every request of a declaration as it would be sent, with values that show where they come from.</summary>
internal static class RequestShapes
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(CatalogueEntry entry)
    {
        var settings = entry.SampleSettings();
        var endpoint = new Uri(Rendered.Text(entry.Declaration.Server.Url, Place.Plain, new Scope().With("settings", settings)).TrimEnd('/'));
        var text = new StringBuilder();
        foreach (var place in DeclaredPlaces.Of(entry.Declaration))
        {
            var scope = Echo(place.Request, settings);
            if (place.Path.EndsWith(".continue", StringComparison.Ordinal))
            {
                scope = scope.With("cursor", (JsonNode)JsonValue.Create("~cursor~"));
            }

            text.Append(CultureInfo.InvariantCulture, $"{place.Path}{(place.Request is DeclaredStep { Target: { } target } ? $" ({target})" : "")}\n");
            text.Append(CultureInfo.InvariantCulture, $"  {place.Request.Line!.Value.Method} {RestAddress.Of(place.Request.Line.Value.Path, place.Request.Query, endpoint, scope).AbsoluteUri}\n");
            foreach (var (name, value) in place.Request.Headers)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {name}: {Rendered.Text(value, Place.Header, scope)}\n");
            }

            foreach (var line in Body(place.Request, scope).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                text.Append(CultureInfo.InvariantCulture, $"  {line}\n");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Body(DeclaredRequest request, Scope scope)
        => request.Json is { } json ? Rendered.Json(json, scope)?.ToJsonString(Readable) ?? "null"
            : string.Join('&', (request.Form ?? new Dictionary<string, Template>()).Select(f => $"{f.Key}={Rendered.Text(f.Value, Place.Query, scope)}"));

    /// <summary>Each value is its own name, and a number where a number is asked for.</summary>
    public static Scope Echo(DeclaredRequest request, IReadOnlyDictionary<string, string> settings)
    {
        var scope = new Scope().With("settings", settings);
        var values = request.Line!.Value.Path.Values
            .Concat(request.Query.Values.SelectMany(v => v).Concat(request.Headers.Values).Concat(request.Json?.Templates ?? []).Concat(request.Form?.Values ?? []).SelectMany(t => t.Values))
            .Where(v => v.Source is not ("settings" or "cursor"));
        foreach (var source in values.GroupBy(v => v.Source))
        {
            scope = source.All(v => v.Key.Length == 0)
                ? scope.With(source.Key, Sample(source))
                : source.Key == "facts" ? scope.With("facts", source.ToDictionary(v => v.Key, v => $"~{v.Text}~"))
                : scope.With(source.Key, Nested(source));
        }

        return scope;
    }

    private static string Sample(IGrouping<string, Placeholder> source)
        => source.Any(v => v.Writing == Writing.Number) ? "123" : source.Any(v => v.Writing == Writing.Uuid) ? "00000000-0000-4000-8000-000000000000" : $"~{source.Key}~";

    private static JsonObject Nested(IEnumerable<Placeholder> values)
    {
        var root = new JsonObject();
        foreach (var value in values.Where(v => v.Key.Length > 0))
        {
            var names = value.Key.Split('.');
            var at = root;
            foreach (var name in names[..^1])
            {
                at = (JsonObject)(at[name] ??= new JsonObject());
            }

            at[names[^1]] ??= value.Writing == Writing.Number ? "123" : $"~{value.Text}~";
        }

        return root;
    }
}
