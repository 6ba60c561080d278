using System.Text.RegularExpressions;
using Deprovisioner.Connectors.Rest;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;
using YamlDotNet.RepresentationModel;

namespace Deprovisioner.Connectors.Tests.Rest.Catalogue;

/// <summary>One entry of the shipped catalogue as it stands in the sources, with the vendor's documented examples that stand beside these tests.</summary>
internal sealed partial class CatalogueEntry
{
    private static readonly string Sources = Repository.PathOf("src", "Deprovisioner.Connectors", "Rest", "Catalogue");

    public CatalogueEntry(string name)
    {
        Name = name;
        var reading = DeclarationReader.Read(File.ReadAllText(Path.Combine(Sources, $"{name}.yaml")));
        Declaration = reading.Declaration ?? throw new InvalidOperationException($"{name}.yaml: {string.Join('\n', reading.Faults)}");
        Kind = new RestKind(name, Declaration);
        Examples = CatalogueExample.Read(Repository.PathOf("tests", "Deprovisioner.Connectors.Tests", "Rest", "Catalogue", $"{name}.examples.yaml"));
    }

    /// <summary>All names.</summary>
    public static TheoryData<string> All
        => [.. Directory.GetFiles(Sources, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    public string Name { get; }

    public Declaration Declaration { get; }

    public RestKind Kind { get; }

    public IReadOnlyList<CatalogueExample> Examples { get; }

    /// <summary>
    /// The same for one server that takes the place of all of the vendor's, with no credential, and page by page: a documented answer leads on to pages that are not there.
    /// </summary>
    public Declaration For(string url)
    {
        var text = Method().Replace(File.ReadAllText(Path.Combine(Sources, $"{Name}.yaml")), "${before}");
        var declaration = DeclarationReader.Read(text).Declaration!;
        return declaration with
        {
            Server = declaration.Server with { Url = Template.Parse(url).Template!, Credential = new DeclaredCredential(), Headers = new Dictionary<string, Template>() },
            Find = declaration.Find.ToDictionary(f => f.Key, f => f.Value with { Pages = null }),
            Entitlements = OnePage(declaration.Entitlements),
            Sessions = OnePage(declaration.Sessions),
            Credentials = OnePage(declaration.Credentials),
            Licences = OnePage(declaration.Licences),
            Owned = OnePage(declaration.Owned),
        };
    }

    /// <summary>A value for each setting; addresses are those of a server that is not there.</summary>
    public IReadOnlyDictionary<string, string> SampleSettings(string url = "https://vendor.example.test")
        => Declaration.Settings.ToDictionary(s => s.Key, s => s.Value.Kind == SettingKind.Url ? url : s.Value.Default ?? s.Value.Allowed?[0] ?? $"SETTING-{s.Key}");

    private static Dictionary<string, DeclaredHolding> OnePage(IReadOnlyDictionary<string, DeclaredHolding> sorts)
        => sorts.ToDictionary(s => s.Key, s => s.Value with { List = s.Value.List is { } list ? list with { Pages = null } : null });

    /// <summary>A method with another server than the declaration's own before its path.</summary>
    [GeneratedRegex("""(?<before>(get|post|put|patch|delete): "?)https://[^/"]+""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Method();
}

/// <summary>An answer that the vendor documents, and what it must be taken for.</summary>
/// <param name="Of">The request: <c>find.mail</c>, <c>read</c>, <c>list</c>, <c>entitlements.group</c>, <c>actions.disable-account</c>, <c>entitlements.group.remove</c>.</param>
/// <param name="From">The page on which it stands.</param>
/// <param name="Basis"><c>example</c>: the body is the page's own example, with fields left out that nobody reads. <c>schema</c>: the page describes it without one, and the body is written after that. <c>seen</c>: the product said so, which runs here.</param>
/// <param name="Means">One line: see <see cref="CatalogueTests"/>.</param>
internal sealed record CatalogueExample(string Of, string From, string Basis, int Status, IReadOnlyDictionary<string, string> Headers, string Body, string Value, string Means)
{
    public static IReadOnlyList<CatalogueExample> Read(string file)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(File.ReadAllText(file));
        stream.Load(reader);
        return [.. ((YamlSequenceNode)stream.Documents[0].RootNode).Cast<YamlMappingNode>().Select(Of_)];
    }

    private static CatalogueExample Of_(YamlMappingNode node)
    {
        var fields = node.Children.ToDictionary(c => ((YamlScalarNode)c.Key).Value!, c => c.Value);
        var headers = fields.TryGetValue("headers", out var map) ? ((YamlMappingNode)map).Children.ToDictionary(c => c.Key.ToString(), c => c.Value.ToString()) : [];
        return new(Text("of"), Text("from"), Text("basis"), int.Parse(Text("status")), headers, Text("body"), Text("value"), Text("means").Trim());

        string Text(string key) => fields.TryGetValue(key, out var value) ? ((YamlScalarNode)value).Value ?? "" : "";
    }
}
