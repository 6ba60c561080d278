using System.Text;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Takes a migration's text apart into its statements.</summary>
internal static class MigrationStatements
{
    /// <summary>Without comments, white space folded. A semicolon ends a statement unless it stands in quotes or between <c>$$</c>.</summary>
    public static IReadOnlyList<string> Of(string text)
    {
        var statements = new List<string>();
        var statement = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i..].StartsWith("--", StringComparison.Ordinal))
            {
                i = End(text, "\n", i) - 1;
            }
            else if (text[i] is '\'' or '"' || text[i..].StartsWith("$$", StringComparison.Ordinal))
            {
                var quote = text[i] is '$' ? "$$" : text[i].ToString();
                var end = End(text, quote, i + quote.Length) + quote.Length;
                statement.Append(text, i, Math.Min(end, text.Length) - i);
                i = end - 1;
            }
            else if (text[i] == ';')
            {
                Take(statements, statement);
            }
            else if (!char.IsWhiteSpace(text[i]))
            {
                statement.Append(text[i]);
            }
            else if (statement.Length > 0 && statement[^1] != ' ')
            {
                statement.Append(' ');
            }
        }

        Take(statements, statement);
        return statements;
    }

    private static int End(string text, string what, int from)
        => text.IndexOf(what, from, StringComparison.Ordinal) is >= 0 and var at ? at : text.Length;

    private static void Take(List<string> statements, StringBuilder statement)
    {
        if (statement.ToString().Trim() is { Length: > 0 } text)
        {
            statements.Add(text);
        }

        statement.Clear();
    }
}
