using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Rest.Rendering;

namespace Deprovisioner.Connectors.Rest.Declaring;

/// <summary>The JSON Schema (draft-07, which editors' YAML plug-ins know) of a declaration, made of the records to which files are bound.</summary>
internal static class DeclarationSchema
{
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text()
    {
        var definitions = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        var root = Record(typeof(Declaration), definitions);
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "A system that Deprovisioner reaches over HTTP, declared",
        };
        foreach (var (name, value) in root.ToList())
        {
            root.Remove(name);
            schema[name] = value;
        }

        schema["definitions"] = new JsonObject(definitions);
        return schema.ToJsonString(Written) + "\n";
    }

    private static JsonObject Record(Type type, SortedDictionary<string, JsonNode?> definitions)
    {
        var properties = new JsonObject();
        foreach (var property in DeclarationBinder.Written(type))
        {
            var schema = Of(property.PropertyType, definitions);
            properties[DeclarationBinder.Key(property)] = property.GetCustomAttribute<DescriptionAttribute>() is { Description: var description }
                ? schema.ContainsKey("$ref") ? new JsonObject { ["description"] = description, ["allOf"] = new JsonArray(schema) } : With(schema, description)
                : schema;
        }

        var required = DeclarationBinder.Written(type).Where(p => p.GetCustomAttribute<RequiredMemberAttribute>() is not null).Select(p => (JsonNode)DeclarationBinder.Key(p)).ToArray();
        var record = new JsonObject { ["type"] = "object", ["additionalProperties"] = false };
        if (required.Length > 0)
        {
            record["required"] = new JsonArray(required);
        }

        record["properties"] = properties;
        return record;
    }

    private static JsonObject With(JsonObject schema, string description)
    {
        schema["description"] = description;
        return schema;
    }

    private static JsonObject Of(Type declared, SortedDictionary<string, JsonNode?> definitions)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (DeclarationBinder.ItemOf(type) is { } item)
        {
            return new JsonObject { ["anyOf"] = new JsonArray(Of(item, definitions), new JsonObject { ["type"] = "array", ["items"] = Of(item, definitions) }) };
        }

        if (DeclarationBinder.MemberOf(type) is var (key, value))
        {
            var map = new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(value, definitions) };
            if (key.IsEnum)
            {
                map["propertyNames"] = Words(key);
            }

            return map;
        }

        return type switch
        {
            _ when type.IsEnum => Words(type),
            _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
            _ when type == typeof(int) => new JsonObject { ["type"] = "integer", ["minimum"] = 0 },
            _ when type == typeof(TimeSpan) => Named("span", new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9]{1,12}(ms|s|m|h|d)$" }, definitions),
            _ when type == typeof(Location) => Named("location", new JsonObject { ["type"] = "string", ["pattern"] = "^\\$" }, definitions),
            _ when type == typeof(string) || type == typeof(Template) => Named("text", new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") }, definitions),
            _ when type == typeof(Body) => [],
            _ => Reference(type, definitions),
        };
    }

    private static JsonObject Reference(Type type, SortedDictionary<string, JsonNode?> definitions)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(type.Name.Replace("Declared", "", StringComparison.Ordinal));
        if (definitions.TryAdd(name, null))
        {
            definitions[name] = Record(type, definitions);
        }

        return new JsonObject { ["$ref"] = $"#/definitions/{name}" };
    }

    private static JsonObject Named(string name, JsonObject schema, SortedDictionary<string, JsonNode?> definitions)
    {
        definitions.TryAdd(name, schema);
        return new JsonObject { ["$ref"] = $"#/definitions/{name}" };
    }

    private static JsonObject Words(Type type) => new() { ["type"] = "string", ["enum"] = new JsonArray([.. DeclarationBinder.Words(type).Keys.Select(word => (JsonNode)word)]) };
}
