using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Deprovisioner.Testing;

/// <summary>
/// Messages as a broken or hostile publisher would send them: a valid event spoilt in structure, types, sizes, encoding or length, and
/// plain noise. The same seed gives the same messages.
/// </summary>
public sealed class HrEventFuzzer(int seed)
{
    private static readonly string[] Types =
    [
        "hr.employment.hired.v1", "hr.employment.transferred.v1", "hr.employment.terminated.v1", "hr.employment.termination-rescinded.v1",
        "hr.employment.leave-started.v1", "hr.employment.leave-ended.v1", "hr.employment.changed.v1",
    ];

    /// <summary>JSON values, put in as text so that some of them need not be JSON.</summary>
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-0", "-1", "42", "42.0", "1e400", "-1e400", "1e-400", "9223372036854775807", "9223372036854775808",
        "79228162514264337593543950336", "0.1e", "NaN", "Infinity", "01", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u202e\"",
        "\"\\u200f\"", "\"\\ufeff\"", "\"\\ud83d\\ude00\"", "\"\t\"", "\"\\x\"", "\"unfinished", "{}", "[]", "[[]]", "[null]", "{\"\":null}", "{\"a\":1,\"a\":2}",
        "{\"\\ud800\":1}", "{\"a.b\":{\"c['d']\":[1]}}", "\"2026-02-30\"", "\"0000-00-00\"", "\"9999-12-31T23:59:60+23:59\"", "\"1900-01-01T00:00:00+23:59\"",
        "\"2026-12-31T23:59:60Z\"", "\"2026-06-15T12:00:00.123456789012345678901234567890Z\"", "\"Europe/Berlin\"", "\"../../etc/passwd\"", "\"*)(uid=*\"", "\"'; drop table\"",
        "\"$ref\"", "{\"$ref\":\"#/\"}", "{\"$type\":\"System.IO.FileInfo\"}", "// comment\n1", "1,",
    ];

    private static readonly Encoding[] Encodings = [Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, Encoding.Latin1];

    private readonly Random random = new(seed);

    /// <summary>The next message.</summary>
    public byte[] Next() => random.Next(12) switch
    {
        0 => Noise(),
        1 => Truncated(),
        2 => Reencoded(),
        3 => Deep(),
        4 => Bytes(Spoilt(random.Next(1, 4)), flips: random.Next(1, 8)),
        5 => Large(),
        6 => Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)]),
        7 => Encoding.UTF8.GetBytes(DoubledKey()),
        _ => Encoding.UTF8.GetBytes(Spoilt(random.Next(0, 4))),
    };

    /// <summary>A valid event.</summary>
    public string Valid()
    {
        var employment = $"E{random.Next(10_000)}";
        return new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = $"fuzz-{random.NextInt64():x}",
            ["source"] = "/fuzzer",
            ["type"] = Types[random.Next(Types.Length)],
            ["subject"] = employment,
            ["time"] = "2026-11-21T16:03:11Z",
            ["data"] = new JsonObject
            {
                ["personId"] = $"P{employment}",
                ["employmentId"] = employment,
                ["lastDay"] = "2026-11-30",
                ["timeZone"] = "Europe/Berlin",
                ["reason"] = "voluntary",
                ["urgent"] = random.Next(2) == 0,
                ["sequence"] = random.Next(),
                ["person"] = new JsonObject { ["email"] = $"{employment}@example.test", ["userName"] = employment, ["givenName"] = "Ada", ["familyName"] = "Byron" },
                ["assignment"] = new JsonObject { ["department"] = "Finance", ["title"] = "Analyst", ["location"] = "Berlin", ["managerId"] = "P7", ["workerType"] = "employee" },
                ["accounts"] = new JsonArray(new JsonObject { ["system"] = "crm", ["accountId"] = "u-1" }),
            },
        }.ToJsonString();
    }

    private string Spoilt(int times)
    {
        var text = Valid();
        for (var i = 0; i < times; i++)
        {
            if (Parsed(text) is { } root)
            {
                text = SpoiltOnce(root);
            }
        }

        return text;
    }

    private string SpoiltOnce(JsonObject root)
    {
        const string mark = "\uE000";
        var owners = Objects(root).ToList();
        var owner = owners[random.Next(owners.Count)];
        var names = owner.Select(m => m.Key).ToList();
        var name = names.Count == 0 ? "x" : names[random.Next(names.Count)];
        switch (random.Next(4))
        {
            case 0:
                owner.Remove(name);
                return root.ToJsonString();
            case 1:
                owner[$"{name}{random.Next(100)}"] = mark;
                break;
            default:
                owner[name] = mark;
                break;
        }

        return root.ToJsonString().Replace($"\"\\u{(int)mark[0]:X4}\"", Values[random.Next(Values.Length)], StringComparison.Ordinal);
    }

    private string DoubledKey()
    {
        var text = Valid();
        var at = text.IndexOf('{', random.Next(2) == 0 ? 0 : text.IndexOf("\"data\"", StringComparison.Ordinal));
        return text.Insert(at + 1, $"\"{(random.Next(2) == 0 ? "employmentId" : "type")}\":\"x\",\"{(random.Next(2) == 0 ? "\\u0069d" : "personId")}\":1,");
    }

    private byte[] Noise()
    {
        var noise = new byte[random.Next(200)];
        random.NextBytes(noise);
        return noise;
    }

    private byte[] Truncated()
    {
        var whole = Encoding.UTF8.GetBytes(Spoilt(random.Next(2)));
        return whole[random.Next(2) == 0 ? .. : random.Next(5)..][..random.Next(Math.Max(1, whole.Length - 5))];
    }

    private byte[] Reencoded()
    {
        var encoding = Encodings[random.Next(Encodings.Length)];
        var bytes = encoding.GetBytes(Valid().Replace("Ada", "Ad\u00e4", StringComparison.Ordinal));
        return random.Next(2) == 0 ? bytes : [.. encoding.Preamble, .. bytes];
    }

    private byte[] Deep()
    {
        var depth = random.Next(3) switch { 0 => random.Next(20, 40), 1 => 1_000, _ => 100_000 };
        var (open, close) = random.Next(2) == 0 ? ("[", "]") : ("{\"a\":", "}");
        var deep = string.Concat(Enumerable.Repeat(open, depth)) + "1" + (random.Next(4) == 0 ? "" : string.Concat(Enumerable.Repeat(close, depth)));
        return Encoding.UTF8.GetBytes(random.Next(2) == 0 ? deep : Valid().Replace("\"Finance\"", deep, StringComparison.Ordinal));
    }

    private byte[] Large() => random.Next(4) switch
    {
        0 => Encoding.UTF8.GetBytes(Valid().Replace("Ada", new string('x', random.Next(2) == 0 ? 10_000 : 300_000), StringComparison.Ordinal)),
        1 => Encoding.UTF8.GetBytes(Valid().Replace("true", new string('9', 5_000), StringComparison.Ordinal).Replace("false", new string('9', 5_000) + "e5", StringComparison.Ordinal)),
        2 => Encoding.UTF8.GetBytes(Valid().Replace("[{", "[" + string.Concat(Enumerable.Repeat("{\"system\":\"a\",\"accountId\":\"b\"},", 2_000)) + "{", StringComparison.Ordinal)),
        _ => new byte[random.Next(300_000)],
    };

    private byte[] Bytes(string text, int flips)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var i = 0; i < flips && bytes.Length > 0; i++)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private static JsonObject? Parsed(string text)
    {
        try
        {
            var root = JsonNode.Parse(text)?.AsObject();
            // Nodes are read when they are looked at: look at all of them here.
            return root is not null && root.ToJsonString().Length > 0 && Objects(root).All(o => o.Count >= 0) ? root : null;
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            // Spoilt beyond repair by the step before: it stays as it is.
            return null;
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject one => [one, .. one.SelectMany(m => Objects(m.Value))],
        JsonArray many => many.SelectMany(Objects),
        _ => [],
    };
}
