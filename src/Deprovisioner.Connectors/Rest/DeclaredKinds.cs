using System.Text.RegularExpressions;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Rest;

/// <summary>The kinds that files declare: those that this build ships, and those of a folder. A file's name is the connector's.</summary>
public static partial class DeclaredKinds
{
    private const string Prefix = "catalogue/";
    private const string Extension = ".yaml";

    private static readonly Lazy<IReadOnlyList<IConnectorKind>> Known = new(LoadShipped);

    /// <summary>The shipped catalogue, by name.</summary>
    public static IReadOnlyList<IConnectorKind> Shipped => Known.Value;

    /// <summary>What a folder declares. One that is called as a shipped one takes its place.</summary>
    /// <param name="folder">May be missing: then there are none.</param>
    /// <returns>The kinds, and each fault with the file in which it is.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file cannot be read.</exception>
    public static (IReadOnlyList<IConnectorKind> Kinds, IReadOnlyList<(string File, DeclarationFault Fault)> Faults) In(string folder)
    {
        var kinds = new List<IConnectorKind>();
        var faults = new List<(string, DeclarationFault)>();
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + Extension).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            var name = Path.GetFileNameWithoutExtension(file);
            var reading = DeclarationReader.Read(File.ReadAllText(file));
            faults.AddRange(reading.Faults.Select(fault => (file, fault)));
            if (!Name().IsMatch(name))
            {
                faults.Add((file, new DeclarationFault(1, 1, "", $"'{name}' is no name for a connector", "call the file by small letters, digits and dashes, like help-desk.yaml")));
            }
            else if (reading.Declaration is { } declaration)
            {
                kinds.Add(new RestKind(name, declaration));
            }
        }

        return (kinds, faults);
    }

    private static IReadOnlyList<IConnectorKind> LoadShipped()
    {
        var assembly = typeof(DeclaredKinds).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).OrderBy(NameOf, StringComparer.Ordinal).Select(resource =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var reading = DeclarationReader.Read(reader.ReadToEnd());
            return new RestKind(
                NameOf(resource),
                reading.Declaration ?? throw new InvalidOperationException($"The shipped {resource} is wrong: {string.Join(' ', reading.Faults)}"));
        })];
    }

    private static string NameOf(string resource) => resource[Prefix.Length..^Extension.Length];

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,49}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
