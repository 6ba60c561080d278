using System.Globalization;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;

namespace Deprovisioner.Core.Policies.Yaml;

/// <summary>
/// The fields of one mapping: each is taken by its name, and what was not taken in the end is unknown. Values are only put into a
/// fault's text where the key is known not to hold a secret.
/// </summary>
internal sealed class YamlFields
{
    private readonly Dictionary<string, YamlEntry> entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    private YamlFields(YamlMap map, string path, FaultList faults)
    {
        (At, Path, Faults) = (map, path, faults);
        foreach (var entry in map.Entries)
        {
            if (!entries.TryAdd(entry.Key.Value, entry))
            {
                faults.Add(entry.Key, PathOf(entry.Key.Value), $"the key {ShownKey(entry.Key.Value)} stands here a second time (first on line {entries[entry.Key.Value].Key.Line})", "keep one of the two");
            }
        }
    }

    public YamlMap At { get; }

    public string Path { get; }

    public FaultList Faults { get; }

    /// <summary>What has not been taken yet, in the order of the file.</summary>
    public IEnumerable<YamlEntry> Rest => entries.Values.Where(e => !taken.Contains(e.Key.Value)).OrderBy(e => e.Key.Line).ThenBy(e => e.Key.Column);

    /// <summary>The fields of an item; null and a fault where it is no mapping.</summary>
    public static YamlFields? Of(YamlItem item, string path, FaultList faults, string example)
    {
        if (item is YamlMap map)
        {
            return new(map, path, faults);
        }

        faults.Add(item, path, $"{item.Kind} stands where a mapping is expected", $"write keys and values, like {example}");
        return null;
    }

    /// <summary>A key as a fault may show it. <c>{password:hunter2}</c> is, to YAML, one key: what follows a colon is not shown.</summary>
    public static string ShownKey(string key) => Shown.Quoted(Cut(key));

    public string PathOf(string key) => Path.Length == 0 ? Cut(key) : $"{Path}.{Cut(key)}";

    public bool Has(string key) => entries.ContainsKey(key);

    public YamlItem? Take(string key)
    {
        taken.Add(key);
        return entries.TryGetValue(key, out var entry) ? entry.Value : null;
    }

    public YamlItem? Require(string key, string remedy)
    {
        var item = Take(key);
        if (item is null)
        {
            Faults.Add(At, PathOf(key), $"'{key}' is missing", remedy);
        }

        return item;
    }

    /// <summary>A text that is not empty; null where there is none, or a fault was added.</summary>
    public string? Text(string key, string example) => Take(key) is { } item ? Text(item, PathOf(key), example, Faults) : null;

    public string? RequireText(string key, string example)
        => Require(key, $"write {key}: {example}") is { } item ? Text(item, PathOf(key), example, Faults) : null;

    public static string? Text(YamlItem item, string path, string example, FaultList faults)
    {
        if (item is YamlText { IsNull: false } text && text.Value.Trim().Length > 0)
        {
            return text.Value;
        }

        faults.Add(item, path, item is YamlText ? "the value is empty" : $"{item.Kind} stands where a text is expected", $"write a text, like {example}");
        return null;
    }

    /// <summary>One text or a list of some; empty where there is none, or a fault was added.</summary>
    public IReadOnlyList<string> Texts(string key, string example)
    {
        switch (Take(key))
        {
            case null:
                return [];
            case YamlList { Items.Count: 0 } list:
                Faults.Add(list, PathOf(key), "the list is empty", $"name at least one, or take '{key}' away to ask nothing of it");
                return [];
            case YamlList list:
                return [.. list.Items.Select((item, i) => Text(item, $"{PathOf(key)}[{i}]", example, Faults)).OfType<string>()];
            case var item:
                return Text(item, PathOf(key), example, Faults) is { } one ? [one] : [];
        }
    }

    public bool? Flag(string key)
    {
        if (Text(key, "true") is not { } text)
        {
            return null;
        }

        if (text is "true" or "false")
        {
            return text == "true";
        }

        Refuse(key, $"{Shown.Quoted(text)} is neither true nor false", "write true or false");
        return null;
    }

    public TimeSpan? Span(string key, TimeSpan least, TimeSpan most)
    {
        if (Text(key, "5m") is not { } text)
        {
            return null;
        }

        if (!Durations.TryParse(text, out var span))
        {
            Refuse(key, $"{Shown.Quoted(text)} is no span of time", "write a whole number and its unit, like 500ms, 10s, 5m, 4h or 30d");
            return null;
        }

        if (span < least || span > most)
        {
            Refuse(key, $"{Shown.Quoted(text)} is out of range", $"write {Durations.Text(least)} to {Durations.Text(most)}");
            return null;
        }

        return span;
    }

    public double? Number(string key, double least, double most, bool whole)
    {
        if (Text(key, "8") is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most && (!whole || number == Math.Floor(number)))
        {
            return number;
        }

        Refuse(key, $"{Shown.Quoted(text)} is no {(whole ? "whole " : "")}number in range", $"write {least.ToString(CultureInfo.InvariantCulture)} to {most.ToString(CultureInfo.InvariantCulture)}");
        return null;
    }

    public TimeOnly? Time(string key)
    {
        if (Text(key, "\"18:00\"") is not { } text)
        {
            return null;
        }

        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return time;
        }

        Refuse(key, $"{Shown.Quoted(text)} is no time of day", "write hours and minutes from 00:00 to 23:59, like \"18:00\"");
        return null;
    }

    public string? Zone(string key)
    {
        if (Text(key, "Europe/Berlin") is not { } text)
        {
            return null;
        }

        if (TimeZones.Find(text) is not null)
        {
            return text;
        }

        Refuse(key, $"{Shown.Quoted(text)} is no IANA time zone", $"write {TimeZones.Meant(text) ?? "one like Europe/Berlin"}");
        return null;
    }

    /// <summary>Adds a fault at a key's value.</summary>
    public void Refuse(string key, string message, string remedy)
        => Faults.Add(entries.TryGetValue(key, out var entry) ? entry.Value : At, PathOf(key), message, remedy);

    /// <summary>Whatever was not taken is a fault.</summary>
    public void RefuseRest(params IReadOnlyCollection<string> known)
    {
        foreach (var entry in Rest)
        {
            RefuseUnknown(entry, Path, known, Faults);
        }
    }

    public static void RefuseUnknown(YamlEntry entry, string path, IReadOnlyCollection<string> known, FaultList faults)
    {
        var key = Cut(entry.Key.Value);
        faults.Add(
            entry.Key,
            path.Length == 0 ? key : $"{path}.{key}",
            $"the key {Shown.Quoted(key)} is not known here",
            key == "<<" ? "write the merged keys out: merging is not read"
                : entry.Key.Value.Contains(':', StringComparison.Ordinal) ? "put a space after the colon"
                : Suggestion.Remedy(key, known));
    }

    private static string Cut(string key) => Shown.Plain(key.Split(':', '=')[0]);
}
