using System.Text.RegularExpressions;

namespace Deprovisioner.Connectors.Rest.Rendering;

/// <summary>Where a rendered value will stand, which decides how it is escaped.</summary>
internal enum Place
{
    /// <summary>In an address's path: always one whole or part of one segment, never more.</summary>
    Path,

    /// <summary>In a query's value, or a form's.</summary>
    Query,

    /// <summary>In a header's value.</summary>
    Header,

    /// <summary>Inside a JSON text, which does its own escaping.</summary>
    Json,

    /// <summary>Nowhere yet: a setting's own text.</summary>
    Plain,
}

/// <summary>How a value is written for a language that stands inside of the place: a search expression.</summary>
internal enum Writing
{
    /// <summary>As it is.</summary>
    AsIs,

    /// <summary>Inside double quotes, escaped as in a JSON text: what RFC 7644 section 3.4.2.2 asks of a SCIM filter, and Okta, Datadog and others of theirs.</summary>
    Quoted,

    /// <summary>Inside single quotes, a single quote doubled: OData 4.01 part 2, section 5.1.1.6.1 (https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html).</summary>
    Odata,

    /// <summary>Inside single quotes, escaped by backslashes: https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm.</summary>
    Soql,

    /// <summary>A whole number, in JSON without quotes; anything else is refused.</summary>
    Number,

    /// <summary>A UUID (RFC 9562, section 4); anything else is refused. A server that compares it with a column of UUIDs answers with a failure of its own where it is none.</summary>
    Uuid,
}

/// <summary>A value that is put in: <c>{settings.organisation}</c>, <c>{item.owner.id}</c>, <c>{value|quoted}</c>.</summary>
/// <param name="Source">Its first word.</param>
/// <param name="Key">What follows the first dot; empty for none.</param>
/// <param name="Writing">How.</param>
internal sealed record Placeholder(string Source, string Key, Writing Writing)
{
    public string Text => Source + (Key.Length == 0 ? "" : "." + Key);
}

/// <summary>A text with places for values. Braces with a blank behind the first, and braces in which no name stands, are text.</summary>
internal sealed partial class Template
{
    private Template(string text, IReadOnlyList<(string? Literal, Placeholder? Value)> parts) => (Text, Parts) = (text, parts);

    public string Text { get; }

    public IReadOnlyList<(string? Literal, Placeholder? Value)> Parts { get; }

    public IEnumerable<Placeholder> Values => Parts.Select(p => p.Value).OfType<Placeholder>();

    /// <summary>The one value that the whole text is; null where there is more to it.</summary>
    public Placeholder? Only => Parts is [(null, { } value)] ? value : null;

    /// <summary>The template, or what is wrong with the text.</summary>
    public static (Template? Template, string? Fault) Parse(string text)
    {
        var parts = new List<(string?, Placeholder?)>();
        var at = 0;
        foreach (var found in Values_().Matches(text).Cast<Match>())
        {
            var name = found.Groups["writing"].Value;
            if (!Enum.TryParse<Writing>(name.Length == 0 ? nameof(Rendering.Writing.AsIs) : name, ignoreCase: true, out var writing) || char.IsAsciiDigit(name.FirstOrDefault()))
            {
                return (null, $"'{name}' is no way of writing a value; there are quoted, odata, soql and number");
            }

            if (found.Index > at)
            {
                parts.Add((text[at..found.Index], null));
            }

            parts.Add((null, new Placeholder(found.Groups["source"].Value, found.Groups["key"].Value, writing)));
            at = found.Index + found.Length;
        }

        if (at < text.Length)
        {
            parts.Add((text[at..], null));
        }

        return (new Template(text, parts), null);
    }

    public override string ToString() => Text;

    [GeneratedRegex(@"\{(?<source>[a-z][A-Za-z]*)(\.(?<key>[A-Za-z0-9_@.-]+))?(\|(?<writing>[A-Za-z]+))?\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Values_();
}
