using System.Text.Json;
using System.Text.Unicode;

namespace Deprovisioner.Core.Intake;

/// <summary>
/// Bytes to JSON, with nothing left to taste: two readers of the same accepted bytes read the same event. RFC 8259 leaves
/// duplicate names (section 4), unpaired surrogates (8.2) and depth (9) to the reader; here they are refused.
/// </summary>
internal static class StrictJson
{
    /// <summary>The largest message that brokers and HTTP servers pass along without being asked; an ordinary event has 1 KiB.</summary>
    public const int MostBytes = 256 * 1024;

    /// <summary>The schema needs 5 levels; the rest is room for what a publisher adds.</summary>
    public const int MostDepth = 32;

    public static readonly EventProblem UnpairedSurrogate = new(
        InvalidEventReason.UnpairedSurrogate,
        "A text of the event holds half of a surrogate pair (\\uD800 to \\uDFFF alone); send both halves, or the character itself.");

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MostDepth, AllowDuplicateProperties = false };

    /// <summary>The document, or null and the problem. The document must be disposed of.</summary>
    public static JsonDocument? Read(ReadOnlyMemory<byte> raw, out EventProblem? problem)
    {
        problem = CheckBytes(raw.Span);
        if (problem is not null)
        {
            return null;
        }

        // RFC 8259 section 8.1: a byte order mark may be ignored.
        var text = raw.Span.StartsWith("\uFEFF"u8) ? raw[3..] : raw;
        try
        {
            return JsonDocument.Parse(text, Strict);
        }
        catch (JsonException error)
        {
            problem = Explain(text, error);
            return null;
        }
        catch (InvalidOperationException)
        {
            // Comparing the names of an object, it met one that is no Unicode.
            problem = UnpairedSurrogate;
            return null;
        }
    }

    private static EventProblem? CheckBytes(ReadOnlySpan<byte> raw)
    {
        if (raw.Length > MostBytes)
        {
            return new(InvalidEventReason.TooLarge, $"The event has {raw.Length} bytes and may have {MostBytes}; leave out what the schema does not name.");
        }

        // UTF-16 and UTF-32 have zero bytes beside ASCII; valid JSON in UTF-8 has none at all.
        if (raw.Length > 1 && (raw[0] == 0 || raw[1] == 0))
        {
            return new(InvalidEventReason.NotUtf8, "The event is not UTF-8 (it looks like UTF-16 or UTF-32); encode it as UTF-8.");
        }

        return Utf8.IsValid(raw)
            ? null
            : new(InvalidEventReason.NotUtf8, $"The event is not UTF-8 from byte {FirstInvalid(raw)} on; encode it as UTF-8.");
    }

    private static int FirstInvalid(ReadOnlySpan<byte> raw)
    {
        var at = 0;
        while (at < raw.Length && System.Text.Rune.DecodeFromUtf8(raw[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }

    // The exception does not say which rule was broken, so the rules are asked again one by one.
    private static EventProblem Explain(ReadOnlyMemory<byte> text, JsonException error)
    {
        try
        {
            var deepest = Depth(text.Span);
            return deepest > MostDepth
                ? new(InvalidEventReason.TooDeep, $"The event is nested {deepest} levels deep and may be {MostDepth}; flatten what the schema does not name.")
                : new(InvalidEventReason.DuplicateKey, "An object of the event has the same key twice, so it could be read in two ways; send each key once.");
        }
        catch (JsonException)
        {
            return new(
                InvalidEventReason.MalformedJson,
                text.IsEmpty
                    ? "The event is empty; send a CloudEvent 1.0 in JSON."
                    : $"The event is not JSON: line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}; correct it there.");
        }
    }

    private static int Depth(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MostBytes });
        var deepest = 0;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            {
                deepest = Math.Max(deepest, reader.CurrentDepth + 1);
            }
        }

        return deepest;
    }
}
