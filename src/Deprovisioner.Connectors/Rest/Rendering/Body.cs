using System.Text.Json.Nodes;

namespace Deprovisioner.Connectors.Rest.Rendering;

/// <summary>A JSON text in which the texts are templates.</summary>
internal abstract record Body
{
    private Body()
    {
    }

    /// <summary>All templates in it.</summary>
    public IEnumerable<Template> Templates => this switch
    {
        Map(var members) => members.Values.SelectMany(m => m.Templates),
        List(var items) => items.SelectMany(i => i.Templates),
        Text(var template) => [template],
        _ => [],
    };

    internal sealed record Map(IReadOnlyDictionary<string, Body> Members) : Body;

    internal sealed record List(IReadOnlyList<Body> Items) : Body;

    internal sealed record Text(Template Template) : Body;

    /// <summary>A number, true, false or null.</summary>
    internal sealed record Constant(JsonNode? Value) : Body;
}
