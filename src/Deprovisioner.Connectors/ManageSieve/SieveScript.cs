namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>
/// What a script has for commands (RFC 5228, section 8.2). Conditions are not judged: <c>if false</c> may be true tomorrow.
/// </summary>
internal static class SieveScript
{
    /// <exception cref="FormatException">It is no script.</exception>
    public static IReadOnlyList<SieveCommand> Commands(string script)
    {
        var (lexer, commands) = (new SieveLexer(script), new List<SieveCommand>());
        var depth = 0;
        while (lexer.Next() is { } token)
        {
            if (token.Is('}') && depth > 0)
            {
                depth--;
                continue;
            }

            if (token.Kind is not SieveTokenKind.Identifier)
            {
                throw new FormatException("Something else where a command must stand.");
            }

            var (arguments, opensBlock) = Arguments(lexer);
            commands.Add(new SieveCommand(token.Text.ToLowerInvariant(), arguments));
            depth += opensBlock ? 1 : 0;
        }

        return depth == 0 ? commands : throw new FormatException("A block without its end.");
    }

    private static (IReadOnlyList<SieveToken> Arguments, bool OpensBlock) Arguments(SieveLexer lexer)
    {
        var arguments = new List<SieveToken>();
        var open = new Stack<char>();
        while (lexer.Next() is { } token)
        {
            if (open.Count == 0 && (token.Is(';') || token.Is('{')))
            {
                return (arguments, token.Is('{'));
            }

            if (token.Kind is SieveTokenKind.Mark && !Nests(token.Text[0], open))
            {
                break;
            }

            arguments.Add(token);
        }

        throw new FormatException("A command without its end.");
    }

    private static bool Nests(char mark, Stack<char> open)
    {
        switch (mark)
        {
            case '(' or '[':
                open.Push(mark == '(' ? ')' : ']');
                return true;
            case ')' or ']':
                return open.TryPop(out var closes) && closes == mark;
            default:
                return mark == ',' && open.Count > 0;
        }
    }
}
