using System.Globalization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies.Yaml;
using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace Deprovisioner.Core.Tests.Policies;

/// <summary>The shipped example, and the schema by which editors help to write such a file.</summary>
public sealed class ExampleTests
{
    private static readonly string Example = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Examples", "deprovisioner.yaml"));

    [Fact]
    public void The_shipped_example_has_no_fault() => Assert.Empty(Yaml.Read(Example).Faults);

    [Fact]
    public async Task The_editors_schema_accepts_what_the_reader_accepts()
    {
        var schema = await Schema();
        foreach (var text in new[] { Example, Yaml.Valid })
        {
            Assert.Empty(Yaml.Read(text).Faults);
            Assert.Empty(schema.Validate(Json(text)));
        }
    }

    [Theory]
    [InlineData("        within: 5m", "        withn: 5m")]
    [InlineData("        within: 5m", "        within: 5 minutes")]
    [InlineData("            action: delete-account", "            action: destroy")]
    [InlineData("      value: person.email", "      value: person.manager.email")]
    [InlineData("      event: terminated\n      reason:", "      event: fired\n      reason:")]
    [InlineData("cutoff: \"12:00\"", "cutoff: \"24:00\"")]
    [InlineData("      concurrency: 8", "      concurrency: 0")]
    [InlineData("defaults:\n", "roles: {}\ndefaults:\n")]
    public async Task What_the_editors_schema_refuses_the_reader_refuses_too(string piece, string replacement)
    {
        Assert.NotEmpty(Yaml.With(piece, replacement).Faults);
        Assert.NotEmpty((await Schema()).Validate(Json(Yaml.Valid.Replace(piece, replacement, StringComparison.Ordinal))));
    }

    private static Task<JsonSchema> Schema() => JsonSchema.FromJsonAsync(Schemas.Text("deprovisioner.yaml.schema.json"));

    private static JToken Json(string yaml) => Json(YamlTree.Read(yaml, new FaultList())!);

    // As an editor reads it: YAML's own types for what is not quoted.
    private static JToken Json(YamlItem item) => item switch
    {
        YamlMap map => new JObject(map.Entries.Select(e => new JProperty(e.Key.Value, Json(e.Value)))),
        YamlList list => new JArray(list.Items.Select(Json)),
        YamlText { Value: "true" or "false" } flag => new JValue(flag.Value == "true"),
        YamlText text when long.TryParse(text.Value, CultureInfo.InvariantCulture, out var number) => new JValue(number),
        YamlText text => new JValue(text.Value),
        _ => JValue.CreateNull(),
    };
}
