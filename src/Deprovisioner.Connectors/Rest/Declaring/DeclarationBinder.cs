using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Deprovisioner.Connectors.Rest.Declaring;

/// <summary>
/// Binds YAML to the records of the language, by the names and types of their properties. Goes on after a fault, so that all are told at once. A list takes a single
/// thing for a list of it.
/// </summary>
internal static class DeclarationBinder
{
    /// <summary>Deeper than any declaration; a file that refers to itself would have no end.</summary>
    private const int Deepest = 40;

    public static T? Bind<T>(YamlNode node, DeclarationFaults faults)
        where T : class
        => Bind(typeof(T), node, "", faults, 0) as T;

    /// <summary>A property's key: its name with a small first letter.</summary>
    public static string Key(MemberInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    /// <summary>The properties that a file may write.</summary>
    public static IEnumerable<PropertyInfo> Written(Type record) => record.GetProperties().Where(p => p.CanWrite);

    /// <summary>The type of a list's items; null for anything else.</summary>
    public static Type? ItemOf(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GenericTypeArguments[0] : null;

    /// <summary>The types of a map's keys and values; null for anything else.</summary>
    public static (Type Key, Type Value)? MemberOf(Type type)
        => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? (type.GenericTypeArguments[0], type.GenericTypeArguments[1]) : null;

    private static object? Bind(Type type, YamlNode node, string path, DeclarationFaults faults, int depth)
    {
        faults.Stands(path, node.Start.Line, node.Start.Column);
        if (depth > Deepest)
        {
            faults.Add(path, "this is nested too deeply", "write it flatter, and let no part of the file refer to itself");
            return null;
        }

        if (type == typeof(Body))
        {
            return BodyOf(node, path, faults, depth);
        }

        if (ItemOf(type) is { } item)
        {
            return ListOf(item, node, path, faults, depth);
        }

        if (MemberOf(type) is var (key, value))
        {
            return MapOf(type, key, value, node, path, faults, depth);
        }

        if (node is YamlScalarNode scalar)
        {
            return ScalarOf(Nullable.GetUnderlyingType(type) ?? type, scalar, path, faults);
        }

        if (node is YamlMappingNode map && IsRecord(type))
        {
            return RecordOf(type, map, path, faults, depth);
        }

        faults.Add(path, $"{(node is YamlMappingNode ? "a map" : "a list")} stands where {(IsRecord(type) ? "a map" : "a single value")} is expected", "look at the schema for what belongs here");
        return null;
    }

    private static bool IsRecord(Type type) => type.Namespace == typeof(Declaration).Namespace && type.IsClass;

    private static object? RecordOf(Type type, YamlMappingNode map, string path, DeclarationFaults faults, int depth)
    {
        var record = Activator.CreateInstance(type)!;
        var properties = Written(type).ToDictionary(Key, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (keyNode, valueNode) in map.Children)
        {
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            var at = Under(path, key);
            faults.Stands(at, keyNode.Start.Line, keyNode.Start.Column);
            if (!properties.TryGetValue(key, out var property))
            {
                faults.Add(at, $"there is no '{key}' here", $"write one of: {string.Join(", ", properties.Keys)}");
            }
            else if (seen.Add(key) && Bind(property.PropertyType, valueNode, at, faults, depth + 1) is { } value)
            {
                property.SetValue(record, value);
            }
        }

        foreach (var missing in properties.Where(p => !seen.Contains(p.Key) && p.Value.GetCustomAttribute<RequiredMemberAttribute>() is not null))
        {
            faults.Add(path, $"'{missing.Key}' is missing", $"write it: {missing.Value.GetCustomAttribute<System.ComponentModel.DescriptionAttribute>()?.Description.TrimEnd('.')}");
        }

        return record;
    }

    private static object ListOf(Type item, YamlNode node, string path, DeclarationFaults faults, int depth)
    {
        var list = (System.Collections.IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        var nodes = node is YamlSequenceNode sequence ? sequence.Children.Index().Select(c => (c.Item, string.Create(CultureInfo.InvariantCulture, $"{path}[{c.Index}]"))) : [(node, path)];
        foreach (var (one, at) in nodes)
        {
            if (Bind(item, one, at, faults, depth + 1) is { } value)
            {
                list.Add(value);
            }
        }

        return list;
    }

    private static object? MapOf(Type type, Type key, Type value, YamlNode node, string path, DeclarationFaults faults, int depth)
    {
        if (node is not YamlMappingNode map)
        {
            faults.Add(path, "this is no map", "write keys with their values");
            return null;
        }

        var members = (System.Collections.IDictionary)Activator.CreateInstance(typeof(OrderedDictionary<,>).MakeGenericType(type.GenericTypeArguments))!;
        foreach (var (keyNode, valueNode) in map.Children)
        {
            var text = (keyNode as YamlScalarNode)?.Value ?? "";
            var at = Under(path, text);
            faults.Stands(at, keyNode.Start.Line, keyNode.Start.Column);
            var bound = key == typeof(string) ? text : EnumOf(key, text, at, faults);
            if (Bind(value, valueNode, at, faults, depth + 1) is { } member && bound is not null)
            {
                members[bound] = member;
            }
        }

        return members;
    }

    private static object? ScalarOf(Type type, YamlScalarNode scalar, string path, DeclarationFaults faults)
    {
        var text = scalar.Value ?? "";
        if (type == typeof(string))
        {
            return text;
        }

        if (type == typeof(Location))
        {
            return Parsed(Location.Parse(text), path, faults);
        }

        if (type == typeof(Template))
        {
            return Parsed(Template.Parse(text), path, faults);
        }

        if (type.IsEnum)
        {
            return EnumOf(type, text, path, faults);
        }

        if (type == typeof(bool) && bool.TryParse(text, out var flag))
        {
            return flag;
        }

        if (type == typeof(int) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        if (type == typeof(TimeSpan) && Durations.Parse(text) is { } span)
        {
            return span;
        }

        faults.Add(path, $"'{text}' cannot stand here", type == typeof(bool) ? "write true or false" : type == typeof(int) ? "write a whole number" : type == typeof(TimeSpan) ? "write a number and its unit, like 10s or 5m" : "write a map of keys");
        return null;
    }

    private static T? Parsed<T>((T? Value, string? Fault) parsed, string path, DeclarationFaults faults)
        where T : class
    {
        if (parsed.Fault is { } fault)
        {
            faults.Add(path, fault, "correct it");
        }

        return parsed.Value;
    }

    private static object? EnumOf(Type type, string text, string path, DeclarationFaults faults)
    {
        var words = Words(type);
        if (words.TryGetValue(text, out var value))
        {
            return value;
        }

        faults.Add(path, $"'{text}' is not a choice here", $"write one of: {string.Join(", ", words.Keys)}");
        return null;
    }

    /// <summary>An enumeration's words, as <see cref="EnumText"/> writes them.</summary>
    [SuppressMessage("Minor", "S3011", Justification = "Public methods of a public class.")]
    internal static IReadOnlyDictionary<string, object> Words(Type type)
    {
        var of = typeof(EnumText).GetMethod(nameof(EnumText.Of))!.MakeGenericMethod(type);
        return Enum.GetValues(type).Cast<object>().ToDictionary(value => (string)of.Invoke(null, [value])!, StringComparer.Ordinal);
    }

    private static Body? BodyOf(YamlNode node, string path, DeclarationFaults faults, int depth)
    {
        if (depth > Deepest)
        {
            faults.Add(path, "this is nested too deeply", "write it flatter");
            return null;
        }

        return node switch
        {
            YamlMappingNode map => new Body.Map(new OrderedDictionary<string, Body>(map.Children.Select(c => KeyValuePair.Create(
                (c.Key as YamlScalarNode)?.Value ?? "", BodyOf(c.Value, Under(path, c.Key.ToString()), faults, depth + 1) ?? new Body.Constant(null))))),
            YamlSequenceNode list => new Body.List([.. list.Children.Select(c => BodyOf(c, path, faults, depth + 1) ?? new Body.Constant(null))]),
            YamlScalarNode { Style: ScalarStyle.Plain, Value: var plain } => Plain(plain ?? "", path, faults),
            YamlScalarNode { Value: var quoted } => TextOf(quoted ?? "", path, faults),
            _ => null,
        };
    }

    // The core schema of YAML 1.2, section 10.3.2, as far as JSON has it.
    private static Body? Plain(string text, string path, DeclarationFaults faults) => text switch
    {
        "" or "null" or "~" => new Body.Constant(null),
        "true" or "false" => new Body.Constant(JsonValue.Create(text == "true")),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => new Body.Constant(JsonValue.Create(number)),
        _ => TextOf(text, path, faults),
    };

    private static Body.Text? TextOf(string text, string path, DeclarationFaults faults)
        => Parsed(Template.Parse(text), path, faults) is { } template ? new Body.Text(template) : null;

    private static string Under(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
