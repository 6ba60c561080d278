using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest.Rendering;

/// <summary>The values that templates may name at one place. Those of an inner scope hide those of the outer one.</summary>
internal sealed class Scope
{
    private readonly Scope? outer;
    private readonly Dictionary<string, Func<string, JsonNode?>> sources = new(StringComparer.Ordinal);

    public Scope(Scope? outer = null) => this.outer = outer;

    /// <summary>With a single text.</summary>
    public Scope With(string source, string text) => With(source, key => key.Length == 0 ? JsonValue.Create(text) : null);

    /// <summary>With texts by their key.</summary>
    public Scope With(string source, IReadOnlyDictionary<string, string> texts)
        => With(source, key => texts.TryGetValue(key, out var text) ? JsonValue.Create(text) : null);

    /// <summary>With what stands in a JSON text, by names with dots between; all of it without one.</summary>
    public Scope With(string source, JsonNode? body) => With(source, key => In(body, key));

    private Scope With(string source, Func<string, JsonNode?> values)
    {
        var inner = new Scope(this);
        inner.sources[source] = values;
        return inner;
    }

    /// <exception cref="SystemFaultException">There is no such value for this person or in this answer.</exception>
    public JsonNode Of(Placeholder value)
        => Find(value) ?? throw new SystemFaultException(new Fault(Outcome.Rejected, "no-value", $"{value.Text} is not known here, and the request needs it. Nothing was sent."));

    /// <summary>One thing that an account has; null where requests are about none.</summary>
    public JsonNode? Item => sources.TryGetValue("item", out var item) ? item("") : outer?.Item;

    /// <summary>Null where there is none.</summary>
    public JsonNode? Find(Placeholder value)
        => sources.TryGetValue(value.Source, out var source) ? source(value.Key) : outer?.Find(value);

    private static JsonNode? In(JsonNode? body, string key)
    {
        foreach (var name in key.Length == 0 ? [] : key.Split('.'))
        {
            body = body is JsonObject map && map.TryGetPropertyValue(name, out var next) ? next : null;
        }

        return body;
    }
}
