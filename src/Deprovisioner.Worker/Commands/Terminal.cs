using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Deprovisioner.Worker.Commands;

/// <summary>What commands print: tables for people, JSON for machines.</summary>
internal static class Terminal
{
    /// <summary>A pipe has no width; tables are not wrapped for it.</summary>
    private const int WidthOfAPipe = 240;

    /// <summary>A UUID has 36 characters.</summary>
    private const int WidthOfAWord = 40;

    /// <summary>What the table puts around each cell.</summary>
    private const int Gap = 4;

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions OnOneLine = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>--json</c>, the same for every command that has it.</summary>
    public static Option<bool> JsonOption() => new("--json") { Description = "Print JSON for machines." };

    public static void Json(object value) => Console.Out.WriteLine(JsonText(value));

    /// <summary>One of many, on a line of its own (https://jsonlines.org).</summary>
    public static void JsonLine(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, OnOneLine));

    public static string JsonText(object value) => JsonSerializer.Serialize(value, Indented);

    public static void Line(string text) => Console.Out.WriteLine(Visible(text));

    public static void Error(string text) => Console.Error.WriteLine("deprovisioner: " + Visible(text));

    /// <summary>A table, or a sentence where there are no rows.</summary>
    public static void Table(string none, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string?>> rows)
    {
        var cells = rows.Select(row => row.Select(cell => new Text(Visible(cell))).ToArray()).ToList();
        if (cells.Count == 0)
        {
            Line(none);
            return;
        }

        // Ids, words and times stay on one line; sentences wrap. A screen that is too narrow for that wraps by itself, which still shows everything.
        var table = new Table().Border(TableBorder.Simple);
        var least = 0;
        foreach (var (index, column) in columns.Index())
        {
            var widest = cells.Max(row => row[index].Length);
            table.AddColumn(new TableColumn(Markup.Escape(column)) { NoWrap = widest <= WidthOfAWord });
            least += Math.Max(column.Length, Math.Min(widest, WidthOfAWord)) + Gap;
        }

        cells.ForEach(row => table.AddRow(row));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        console.Profile.Width = Math.Max(least, Console.IsOutputRedirected ? WidthOfAPipe : console.Profile.Width);
        console.Write(table);
    }

    /// <summary>Text from events and systems may hold control characters and bidirectional overrides, which would rewrite the screen.</summary>
    private static string Visible(string? text)
        => text is null ? "" : string.Concat(text.EnumerateRunes().Select(rune => IsUnfit(rune) ? Rune.ReplacementChar : rune));

    private static bool IsUnfit(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator;
}
