using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Deprovisioner.Connectors.Scim;

/// <summary>An attribute path (RFC 7644 section 3.10): <c>userName</c>, <c>emails.value</c>, or with a schema's URN before it.</summary>
internal sealed partial record ScimAttribute(string? Schema, string Name, string? Sub)
{
    public string Text => (Schema is null ? "" : Schema + ":") + Name + (Sub is null ? "" : "." + Sub);

    /// <summary>RFC 7643 sections 3.1 and 8.7.1: <c>id</c> and <c>externalId</c> are case-exact; <c>userName</c>, e-mail addresses and the rest are not.</summary>
    private StringComparison Comparison
        => Schema is null && Name.ToLowerInvariant() is "id" or "externalid" ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>Null where the text is no attribute path.</summary>
    public static ScimAttribute? Parse(string text)
    {
        var found = Grammar().Match(text);
        return found.Success
            ? new ScimAttribute(Group(found, "schema"), found.Groups["name"].Value, Group(found, "sub"))
            : null;

        static string? Group(Match match, string name) => match.Groups[name].Success ? match.Groups[name].Value : null;
    }

    /// <summary>Whether the resource has this attribute with exactly this value: servers exist that ignore a filter.</summary>
    public bool Has(JsonObject resource, string value) => ValuesIn(resource).Any(v => v.Equals(value, Comparison));

    public IEnumerable<string> ValuesIn(JsonObject resource)
    {
        // RFC 7643 section 3.3: an extension's attributes stand in an object of their own, the core's do not.
        var from = Schema is null || Schema.Contains(":core:", StringComparison.OrdinalIgnoreCase) ? resource : resource.Get(Schema) as JsonObject;
        return (from?.Values(Name) ?? [])
            .Select(v => Sub is not null ? (v as JsonObject)?.Text(Sub) : v.Value())
            .OfType<string>();
    }

    // ATTRNAME in RFC 7643 section 2.1; URNs have no quotes, blanks or brackets.
    [GeneratedRegex(@"\A((?<schema>urn:[A-Za-z0-9:._-]+):)?(?<name>[A-Za-z][A-Za-z0-9_$-]*)(\.(?<sub>[A-Za-z$][A-Za-z0-9_$-]*))?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Grammar();
}
