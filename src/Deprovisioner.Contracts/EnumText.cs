using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Deprovisioner.Contracts;

/// <summary>
/// The text form of an enumeration: kebab-case (<c>DisableAccount</c> is <c>disable-account</c>). The same text stands in
/// YAML, messages, tables, logs and screens, so a renumbered enumeration can never change what was stored.
/// </summary>
public static class EnumText
{
    /// <summary>The text of a value.</summary>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum
        => Table<TEnum>.Texts.TryGetValue(value, out var text)
            ? text
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Not a {typeof(TEnum).Name}.");

    /// <summary>The value of a text; false where the text names none. Upper and lower case differ.</summary>
    public static bool TryParse<TEnum>(string? text, out TEnum value)
        where TEnum : struct, Enum
    {
        value = default;
        return text is not null && Table<TEnum>.Values.TryGetValue(text, out value);
    }

    /// <summary>The value of a text.</summary>
    /// <exception cref="FormatException">The text names no value.</exception>
    public static TEnum Parse<TEnum>(string text)
        where TEnum : struct, Enum
        => TryParse<TEnum>(text, out var value)
            ? value
            : throw new FormatException($"'{text}' is not one of: {string.Join(", ", All<TEnum>())}.");

    /// <summary>All texts, in the order of declaration.</summary>
    public static IReadOnlyCollection<string> All<TEnum>()
        where TEnum : struct, Enum
        => Table<TEnum>.Texts.Values;

    private static string Kebab(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }

    private static class Table<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly Dictionary<TEnum, string> Texts = Enum.GetValues<TEnum>().ToDictionary(v => v, v => Kebab(v.ToString()));
        public static readonly Dictionary<string, TEnum> Values = Texts.ToDictionary(p => p.Value, p => p.Key, StringComparer.Ordinal);
    }
}

/// <summary>Writes and reads an enumeration in JSON as its <see cref="EnumText"/>.</summary>
public sealed class EnumTextConverter<TEnum> : JsonConverter<TEnum>
    where TEnum : struct, Enum
{
    public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => EnumText.TryParse<TEnum>(reader.GetString(), out var value)
            ? value
            : throw new JsonException($"Not one of: {string.Join(", ", EnumText.All<TEnum>())}.");

    public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options)
        => writer.WriteStringValue(EnumText.Of(value));
}
