using System.Globalization;
using System.Text.Json.Nodes;

namespace Deprovisioner.Connectors.Rest.Rendering;

/// <summary>
/// Where something stands in a JSON answer: the part of RFC 9535 (JSONPath) that says so without searching. <c>$</c> is the whole, followed by names (<c>.profile</c> or
/// <c>['odd name']</c>), indexes (<c>[0]</c>, <c>[-1]</c>) and <c>[*]</c> for each of an array.
/// </summary>
internal sealed class Location
{
    private readonly IReadOnlyList<Step> steps;

    private Location(string text, IReadOnlyList<Step> steps) => (Text, this.steps) = (text, steps);

    public static Location Whole { get; } = new("$", []);

    public string Text { get; }

    /// <summary>The member of the whole in which it stands; empty where it is the whole, or in no member of it.</summary>
    public string Member => steps is [{ Name: { } name }, ..] ? name : "";

    /// <summary>The location, or what is wrong with the text.</summary>
    public static (Location? Location, string? Fault) Parse(string text)
    {
        if (!text.StartsWith('$'))
        {
            return (null, "a location begins with $, like $.user.id");
        }

        var found = new List<Step>();
        var at = 1;
        while (at < text.Length)
        {
            var (step, next) = text[at] == '.' ? Name(text, at + 1) : text[at] == '[' ? Bracket(text, at + 1) : (null, at);
            if (step is null)
            {
                return (null, string.Create(CultureInfo.InvariantCulture, $"the location cannot be read from its character {at + 1} on: names follow a dot, and ['a name'], [0], [-1] or [*] stand in brackets"));
            }

            found.Add(step);
            at = next;
        }

        return (new Location(text, found), null);
    }

    /// <summary>What stands there: nothing where the answer has no such place.</summary>
    public IEnumerable<JsonNode> In(JsonNode? root)
    {
        IEnumerable<JsonNode?> nodes = [root];
        foreach (var step in steps)
        {
            nodes = nodes.SelectMany(step.Of);
        }

        return nodes.OfType<JsonNode>();
    }

    /// <summary>The text of the first thing that stands there; null where there is none, or where it is no single value.</summary>
    public string? TextIn(JsonNode? root) => In(root).Select(Plain).FirstOrDefault(text => text is not null);

    /// <summary>A text, number, true or false as text; null for anything else.</summary>
    public static string? Plain(JsonNode node) => node is JsonValue value ? (value.TryGetValue<string>(out var text) ? text : value.ToJsonString()) : null;

    public override string ToString() => Text;

    private static (Step? Step, int Next) Name(string text, int from)
    {
        var end = from;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '-' or '@'))
        {
            end++;
        }

        return end == from ? (null, from) : (new Step(Name: text[from..end]), end);
    }

    private static (Step? Step, int Next) Bracket(string text, int from)
    {
        var end = text.IndexOf(']', from);
        if (end < 0)
        {
            return (null, from);
        }

        var inner = text[from..end];
        if (inner == "*")
        {
            return (new Step(Each: true), end + 1);
        }

        if (inner.StartsWith('\'') && text.IndexOf("']", from + 1, StringComparison.Ordinal) is > 0 and var close)
        {
            var name = text[(from + 1)..close];
            return name.Length > 0 && !name.Contains('\'', StringComparison.Ordinal) ? (new Step(Name: name), close + 2) : (null, from);
        }

        return int.TryParse(inner, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index) ? (new Step(Index: index), end + 1) : (null, from);
    }

    private sealed record Step(string? Name = null, int? Index = null, bool Each = false)
    {
        public IEnumerable<JsonNode?> Of(JsonNode? node) => (node, this) switch
        {
            (JsonArray list, { Each: true }) => list,
            (JsonObject map, { Each: true }) => map.Select(member => member.Value),
            (JsonArray list, { Index: { } index }) => (index < 0 ? index + list.Count : index) is var at && at >= 0 && at < list.Count ? [list[at]] : [],
            (JsonObject map, { Name: { } name }) => map.TryGetPropertyValue(name, out var value) ? [value] : [],
            _ => [],
        };
    }
}
