using System.Text;

namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>
/// Reads the tokens of a script (RFC 5228, sections 2 and 8.1): what stands in a comment or in a string is neither a command nor the end of one. Lines may end with LF alone, as servers take it.
/// </summary>
internal sealed class SieveLexer(string script)
{
    private int at;

    /// <summary>The next token; null: the end.</summary>
    /// <exception cref="FormatException">It is no token.</exception>
    public SieveToken? Next()
    {
        SkipBlanks();
        if (at == script.Length)
        {
            return null;
        }

        var first = script[at];
        return first switch
        {
            '"' => new(SieveTokenKind.String, Quoted()),
            '[' or ']' or '(' or ')' or '{' or '}' or ',' or ';' => new(SieveTokenKind.Mark, script[at++..at]),
            ':' => Tag(),
            >= '0' and <= '9' => Number(),
            _ when IsLetter(first) => Identifier(),
            _ => throw new FormatException($"Character {(int)first} stands where none can."),
        };
    }

    private static bool IsLetter(char one) => char.IsAsciiLetter(one) || one == '_';

    private static bool IsWord(char one) => char.IsAsciiLetterOrDigit(one) || one == '_';

    private SieveToken Tag()
    {
        at++;
        var name = Word();
        return name.Length > 0 && IsLetter(name[0]) ? new(SieveTokenKind.Tag, ':' + name) : throw new FormatException("A colon without a name.");
    }

    private SieveToken Number()
    {
        var from = at;
        while (at < script.Length && char.IsAsciiDigit(script[at]))
        {
            at++;
        }

        // A quantifier: RFC 5228, section 2.4.1.
        at += at < script.Length && script[at] is 'K' or 'M' or 'G' or 'k' or 'm' or 'g' ? 1 : 0;
        return at < script.Length && IsWord(script[at]) ? throw new FormatException("A number with more behind it.") : new(SieveTokenKind.Number, script[from..at]);
    }

    private SieveToken Identifier()
    {
        var name = Word();
        return name.Equals("text", StringComparison.OrdinalIgnoreCase) && at < script.Length && script[at] == ':' ? new(SieveTokenKind.String, Lines()) : new(SieveTokenKind.Identifier, name);
    }

    private string Word()
    {
        var from = at;
        while (at < script.Length && IsWord(script[at]))
        {
            at++;
        }

        return script[from..at];
    }

    private string Quoted()
    {
        var text = new StringBuilder();
        for (at++; at < script.Length; at++)
        {
            if (script[at] == '"')
            {
                at++;
                return text.ToString();
            }

            at += script[at] == '\\' ? 1 : 0;
            text.Append(at < script.Length ? script[at] : throw Unended("string"));
        }

        throw Unended("string");
    }

    /// <summary>A string of several lines, until one that is a dot only; a dot that begins another is doubled: RFC 5228, section 2.4.2.</summary>
    private string Lines()
    {
        at++;
        if (Line().TrimStart(' ', '\t') is { Length: > 0 } behind && behind[0] != '#')
        {
            throw new FormatException("text: with something behind it.");
        }

        var text = new StringBuilder();
        while (at < script.Length)
        {
            var line = Line();
            if (line == ".")
            {
                return text.ToString();
            }

            text.Append(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line).Append("\r\n");
        }

        throw Unended("text");
    }

    /// <summary>To the end of the line, which is passed.</summary>
    private string Line()
    {
        var end = script.IndexOf('\n', at);
        var line = end < 0 ? script[at..] : script[at..end];
        at = end < 0 ? script.Length : end + 1;
        return line.EndsWith('\r') ? line[..^1] : line;
    }

    private void SkipBlanks()
    {
        while (at < script.Length)
        {
            if (script[at] is ' ' or '\t' or '\r' or '\n')
            {
                at++;
            }
            else if (script[at] == '#')
            {
                Line();
            }
            else if (script.AsSpan(at).StartsWith("/*"))
            {
                // Comments do not nest: RFC 5228, section 2.3.
                var end = script.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = end < 0 ? throw Unended("comment") : end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private static FormatException Unended(string what) => new($"A {what} without its end.");
}
