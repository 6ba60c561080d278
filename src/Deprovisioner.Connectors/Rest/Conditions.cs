using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;

namespace Deprovisioner.Connectors.Rest;

/// <summary>Whether what is declared holds of an answer.</summary>
internal static class Conditions
{
    /// <param name="scope">What the conditions' own texts may name.</param>
    public static bool AllHold(this IReadOnlyList<DeclaredCondition> conditions, JsonNode? of, Scope scope) => conditions.All(condition => condition.Holds(of, scope));

    /// <inheritdoc cref="AllHold"/>
    public static bool AnyHolds(this IReadOnlyList<DeclaredCondition> conditions, JsonNode? of, Scope scope) => conditions.Any(condition => condition.Holds(of, scope));

    private static bool Holds(this DeclaredCondition condition, JsonNode? of, Scope scope)
    {
        var there = condition.At.In(of).ToList();
        var texts = there.Select(Location.Plain).OfType<string>().ToList();
        return (condition.Is is not { } wanted || texts.Exists(text => Texts(wanted, scope).Contains(text, StringComparer.OrdinalIgnoreCase)))
            && (condition.IsNot is not { } unwanted || texts.Exists(text => !Texts(unwanted, scope).Contains(text, StringComparer.OrdinalIgnoreCase)))
            && (condition.Exists is not { } exists || there.Count > 0 == exists);
    }

    private static IEnumerable<string> Texts(IReadOnlyList<Template> templates, Scope scope) => templates.Select(template => Rendered.Text(template, Place.Plain, scope));
}
