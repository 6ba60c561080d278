using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest.Rendering;

/// <summary>
/// Templates with their values, each escaped for its place. Values come from events and from target systems and are trusted nowhere: in a path a value is one segment or
/// a part of one, in a query it ends no parameter, in a JSON text it is a text. What cannot stand at its place without changing what the request means is refused, and
/// nothing is sent.
/// </summary>
internal static class Rendered
{
    private const int LongestSegment = 1_000;

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="SystemFaultException">A value is missing, or cannot stand there.</exception>
    public static string Text(Template template, Place place, Scope scope)
    {
        var text = new StringBuilder();
        foreach (var (literal, value) in template.Parts)
        {
            text.Append(literal ?? Escaped(Written(value!, scope), place));
        }

        // As a whole, since the declaration's own blanks and signs stand in it too.
        return place == Place.Query ? Uri.EscapeDataString(text.ToString()) : text.ToString();
    }

    /// <summary>Whether a value is left out, with the name before it: on the first page there is no cursor, and servers exist that take null for a wrong one.</summary>
    public static bool IsLeftOut(Template template, Scope scope) => template.Only is { Source: "cursor" } cursor && scope.Find(cursor) is null;

    /// <summary>A JSON text whose texts are templates; one that is a single value becomes that value, in its own JSON type.</summary>
    /// <exception cref="SystemFaultException">A value is missing.</exception>
    public static JsonNode? Json(Body? body, Scope scope) => body switch
    {
        null => null,
        Body.Map(var members) => new JsonObject(members.Where(m => m.Value is not Body.Text({ } text) || !IsLeftOut(text, scope)).Select(m => KeyValuePair.Create(m.Key, Json(m.Value, scope)))),
        Body.List(var items) => new JsonArray([.. items.Select(item => Json(item, scope))]),
        Body.Constant(var value) => value?.DeepClone(),

        // On the first page there is none.
        Body.Text({ Only: { Source: "cursor" } cursor }) => scope.Find(cursor)?.DeepClone(),
        Body.Text({ Only: { Writing: Writing.AsIs } only }) => scope.Of(only).DeepClone(),
        Body.Text({ Only: { Writing: Writing.Number } number }) => JsonNode.Parse(Written(number, scope)),
        Body.Text(var template) => JsonValue.Create(Text(template, Place.Json, scope)),
        _ => throw new InvalidOperationException("There is no such part of a body."),
    };

    /// <summary>Whether it is a text that can be sent: without half of a surrogate pair.</summary>
    public static bool IsWhole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;

    private static string Written(Placeholder value, Scope scope)
    {
        var node = scope.Of(value);
        var text = Location.Plain(node)
            ?? throw Unsafe(value.Text, "is no single value");

        // Half of a surrogate pair would be replaced by another character, and so ask for somebody else.
        if (!IsWhole(text))
        {
            throw Unsafe(value.Text, "is no whole text");
        }

        return value.Writing switch
        {
            Writing.Quoted => JsonSerializer.Serialize(text, Relaxed)[1..^1],
            Writing.Odata => text.Replace("'", "''", StringComparison.Ordinal),
            Writing.Soql => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal),
            Writing.Number => text.Length is > 0 and <= 19 && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0') ? text : throw Unsafe(value.Text, "is no whole number"),
            Writing.Uuid => text.Length == 36 && Guid.TryParseExact(text, "D", out _) ? text : throw Unsafe(value.Text, "is no UUID"),
            _ => text,
        };
    }

    private static string Escaped(string value, Place place) => place switch
    {
        Place.Path => UsableInPath(value) ? Uri.EscapeDataString(value) : throw Unsafe("a value", "cannot stand in an address without changing what it points to"),
        Place.Header => value.All(c => c is >= ' ' and <= '~') ? value : throw Unsafe("a value", "holds a character that no header may have"),
        _ => value,
    };

    /// <summary>
    /// Refused are those which a server or proxy that decodes (once or twice) or trims a path could read as another path.
    /// </summary>
    private static bool UsableInPath(string value)
        => value.Length is > 0 and <= LongestSegment
            && value is not ("." or "..")
            && value.Trim().Length == value.Length
            && !value.Any(c => char.IsControl(c) || c is '/' or '\\' or '%');

    private static SystemFaultException Unsafe(string what, string why)
        => new(new Fault(Outcome.Rejected, "unsafe-value", $"{what} {why}. Nothing was sent."));
}
