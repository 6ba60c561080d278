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

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>--json</c>, the same for every command that has it.</summary>
    public static Option<bool> JsonOption() => new("--json") { Description = "Print JSON for machines." };

    public static void Json(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Indented));

    public static void Line(string text) => Console.Out.WriteLine(text);

    public static void Error(string text) => Console.Error.WriteLine("deprovisioner: " + text);

    /// <summary>A table, or a sentence where there are no rows.</summary>
    public static void Table(string none, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string?>> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)).NoWrap());
        }

        // The last column is the one with sentences in it.
        table.Columns[^1].NoWrap = false;
        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => new Text(Visible(cell)))]);
        }

        if (table.Rows.Count == 0)
        {
            Line(none);
            return;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = WidthOfAPipe;
        }

        console.Write(table);
    }

    public static string Time(DateTimeOffset? at) => at is { } time ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'") : "";

    /// <summary>Text from events and systems may hold control characters and bidirectional overrides, which would rewrite the screen.</summary>
    private static string Visible(string? text)
        => text is null ? "" : string.Concat(text.EnumerateRunes().Select(rune => IsUnfit(rune) ? Rune.ReplacementChar : rune));

    private static bool IsUnfit(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator;
}
