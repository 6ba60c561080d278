using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;

namespace Deprovisioner.Connectors.Rest;

/// <summary>Whether what is declared holds of an answer.</summary>
internal static class Conditions
{
    public static bool AllHold(this IReadOnlyList<DeclaredCondition> conditions, JsonNode? of) => conditions.All(condition => condition.Holds(of));

    public static bool AnyHolds(this IReadOnlyList<DeclaredCondition> conditions, JsonNode? of) => conditions.Any(condition => condition.Holds(of));

    private static bool Holds(this DeclaredCondition condition, JsonNode? of)
    {
        var there = condition.At.In(of).ToList();
        var texts = there.Select(Location.Plain).OfType<string>().ToList();
        return (condition.Is is not { } wanted || texts.Exists(text => wanted.Contains(text, StringComparer.OrdinalIgnoreCase)))
            && (condition.IsNot is not { } unwanted || texts.Exists(text => !unwanted.Contains(text, StringComparer.OrdinalIgnoreCase)))
            && (condition.Exists is not { } exists || there.Count > 0 == exists);
    }
}
