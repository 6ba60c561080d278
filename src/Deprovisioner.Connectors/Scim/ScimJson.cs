using System.Text.Json;
using System.Text.Json.Nodes;

namespace Deprovisioner.Connectors.Scim;

/// <summary>Reads JSON as SCIM has it: attribute names without regard to case (RFC 7643 section 2.1), and absent, null and empty alike (section 2.5).</summary>
internal static class ScimJson
{
    // A name twice is read differently by different readers; that is not a text to act on.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static JsonObject? Object(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Strict) as JsonObject;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half a surrogate pair in a name.
            return null;
        }
    }

    public static JsonNode? Get(this JsonObject from, string name) => from.KeyOf(name) is { } key ? from[key] : null;

    /// <summary>The name as the server spells it.</summary>
    public static string? KeyOf(this JsonObject from, string name)
        => from.ContainsKey(name) ? name : from.Select(p => p.Key).FirstOrDefault(k => k.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The text of a simple value; null for none, an object or a list.</summary>
    public static string? Text(this JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.String => Whole(node),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => node.ToJsonString(),
        _ => null,
    };

    public static string? Text(this JsonObject from, string name) => from.Get(name).Text();

    public static int? Number(this JsonObject from, string name) => int.TryParse(from.Text(name), out var number) ? number : null;

    /// <summary>A multi-valued attribute's values; a single one sent without its list counts as one.</summary>
    public static IEnumerable<JsonNode> Values(this JsonObject from, string name) => from.Get(name) switch
    {
        JsonArray list => list.OfType<JsonNode>(),
        { } single => [single],
        null => [],
    };

    /// <summary>An element's <c>value</c> (RFC 7643 section 2.4), or the element itself where it is plain text.</summary>
    public static string? Value(this JsonNode element) => element is JsonObject complex ? complex.Text("value") : element.Text();

    private static string? Whole(JsonNode text)
    {
        try
        {
            return text.GetValue<string>();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: no name and no id that could be compared with anything.
            return null;
        }
    }
}
