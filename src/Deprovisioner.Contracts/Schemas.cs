using System.Text;

namespace Deprovisioner.Contracts;

/// <summary>The published descriptions of what goes in and out: embedded here, and beside the executable under <c>Schemas/</c>.</summary>
public static class Schemas
{
    /// <summary>What the schemas of all event types share.</summary>
    public const string CommonFile = "hr.employment.common.v1.schema.json";

    /// <summary>The AsyncAPI 3.0 document of the exchanges.</summary>
    public const string AsyncApiFile = "asyncapi.yaml";

    /// <summary>The file that describes an event type.</summary>
    public static string FileOf(string hrEventType) => $"{hrEventType}.schema.json";

    /// <summary>All files.</summary>
    public static IReadOnlyList<string> Files()
        => [.. typeof(Schemas).Assembly.GetManifestResourceNames().Where(n => n.StartsWith("Schemas/", StringComparison.Ordinal)).Select(n => n["Schemas/".Length..]).Order(StringComparer.Ordinal)];

    /// <summary>The text of a file.</summary>
    /// <exception cref="ArgumentException">There is no such file.</exception>
    public static string Text(string file)
    {
        using var stream = typeof(Schemas).Assembly.GetManifestResourceStream($"Schemas/{file}")
            ?? throw new ArgumentException($"There is no schema file {file}.", nameof(file));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
