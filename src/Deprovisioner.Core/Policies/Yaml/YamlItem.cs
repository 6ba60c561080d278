namespace Deprovisioner.Core.Policies.Yaml;

/// <summary>A piece of the file, and where it begins (line and column count from 1).</summary>
internal abstract class YamlItem(int line, int column)
{
    public int Line { get; } = line;

    public int Column { get; } = column;

    /// <summary>How many items it is once every alias is written out.</summary>
    public long Size { get; protected init; } = 1;

    /// <summary>What it is, for a sentence: "a text".</summary>
    public abstract string Kind { get; }
}

/// <summary>A text as it stands, whatever YAML's own types would make of it: <c>NO</c> is a location here, not a no.</summary>
internal sealed class YamlText(int line, int column, string value, bool isPlain) : YamlItem(line, column)
{
    public string Value { get; } = value;

    /// <summary>YAML 1.2, section 10.3.2: what a plain (unquoted) text must be to mean null.</summary>
    public bool IsNull { get; } = isPlain && value is "" or "~" or "null" or "Null" or "NULL";

    public override string Kind => IsNull ? "nothing" : "a text";
}

internal sealed class YamlList : YamlItem
{
    public YamlList(int line, int column, IReadOnlyList<YamlItem> items)
        : base(line, column)
    {
        Items = items;
        Size = items.Aggregate(1L, (sum, i) => YamlMap.Sum(sum, i.Size));
    }

    public IReadOnlyList<YamlItem> Items { get; }

    public override string Kind => "a list";
}

internal sealed class YamlMap : YamlItem
{
    public YamlMap(int line, int column, IReadOnlyList<YamlEntry> entries)
        : base(line, column)
    {
        Entries = entries;
        Size = entries.Aggregate(1L, (sum, e) => Sum(sum, e.Value.Size));
    }

    /// <summary>In order, a key that stands twice among them.</summary>
    public IReadOnlyList<YamlEntry> Entries { get; }

    public override string Kind => "a mapping";

    /// <summary>Aliases multiply: twenty lines can mean more items than a long can count.</summary>
    public static long Sum(long left, long right) => left > long.MaxValue - right ? long.MaxValue : left + right;
}

/// <summary>A key and what stands under it.</summary>
internal sealed record YamlEntry(YamlText Key, YamlItem Value);
