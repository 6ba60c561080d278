using System.Text.Json.Nodes;

namespace Deprovisioner.Connectors.Kubernetes;

/// <summary>Reads what may be something else than was expected.</summary>
internal static class JsonTexts
{
    /// <summary>Null: there is none, or it is no text.</summary>
    public static string? Text(this JsonObject of, string key) => of[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A part that is an object itself; null: it is none.</summary>
    public static JsonObject? Part(this JsonObject of, string key) => of[key] as JsonObject;
}
