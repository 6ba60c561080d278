namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>Where the script that runs sends mail, with all that it includes. What cannot be understood counts as sending: nobody is cleared by a doubt.</summary>
/// <param name="Destinations">As the script writes them, in their order, each once; and what could not be looked into, in words.</param>
/// <param name="OtherCommands">What else the scripts do, which ends with them.</param>
internal sealed record MailForwards(IReadOnlyList<string> Destinations, IReadOnlyList<string> OtherCommands)
{
    /// <summary>Dovecot includes 255 at most (https://doc.dovecot.org/latest/core/plugins/sieve.html, sieve_include_max_includes).</summary>
    private const int MostScripts = 255;

    /// <summary>
    /// Redirect (RFC 5228, section 4.2), notify (RFC 5435, and the draft before it), and Pigeonhole's own: pipe, execute and filter hand the mail to a program (https://doc.dovecot.org/latest/core/plugins/sieve_extprograms.html), report sends it as a report
    /// (https://github.com/dovecot/pigeonhole/blob/main/doc/rfc/spec-bosch-sieve-report.txt). A vacation answers whoever wrote, and sends the mail to nobody.
    /// </summary>
    private static readonly HashSet<string> Sending = ["redirect", "notify", "pipe", "execute", "filter", "report"];

    /// <summary>Such programs are called by tests too.</summary>
    private static readonly HashSet<string> SendingTests = ["execute", "filter"];

    private static readonly HashSet<string> Structure = ["require", "if", "elsif", "else", "include", "stop", "return", "global"];

    public bool Any => Destinations.Count > 0;

    /// <param name="active">The script that runs.</param>
    /// <param name="stored">The names of all scripts of the mailbox.</param>
    /// <param name="read">Gives a script's text; null: it is no text.</param>
    public static async Task<MailForwards> OfAsync(string active, IReadOnlySet<string> stored, Func<string, Task<string?>> read)
    {
        var (destinations, others) = (new List<string>(), new List<string>());
        var (waiting, seen) = (new Queue<string>([active]), new HashSet<string>([active], StringComparer.Ordinal));
        while (waiting.TryDequeue(out var name))
        {
            foreach (var command in Commands(await read(name), name, destinations))
            {
                Note(command, destinations, others);
                if (command.Name == "include" && Included(command, stored, destinations) is { } included && seen.Add(included))
                {
                    waiting.Enqueue(included);
                }
            }

            if (seen.Count > MostScripts)
            {
                destinations.Add("more included scripts than can run");
                break;
            }
        }

        return new MailForwards([.. destinations.Distinct(StringComparer.Ordinal)], [.. others.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    private static IReadOnlyList<SieveCommand> Commands(string? script, string name, List<string> destinations)
    {
        try
        {
            return SieveScript.Commands(script ?? throw new FormatException("It is not UTF-8."));
        }
        catch (FormatException error)
        {
            destinations.Add($"unknown: {name} cannot be understood ({error.Message.TrimEnd('.')})");
            return [];
        }
    }

    private static void Note(SieveCommand command, List<string> destinations, List<string> others)
    {
        if (Sending.Contains(command.Name))
        {
            destinations.Add(Destination(command));
        }
        else if (command.Arguments.Any(token => token.Kind is SieveTokenKind.Identifier && SendingTests.Contains(token.Text.ToLowerInvariant())))
        {
            destinations.Add("unknown: a program is asked");
        }
        else if (!Structure.Contains(command.Name))
        {
            others.Add(command.Name);
        }
    }

    /// <summary>The address comes last; of what is no address all is said, since a program's arguments may hold one.</summary>
    private static string Destination(SieveCommand command)
        => command.Strings is [.., var last] && (command.Name == "redirect" || last.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)) ? last : string.Join(' ', command.Strings.Prepend(command.Name));

    /// <summary>
    /// The script that an include names (RFC 6609, section 3.2): the mailbox's own unless it says <c>:global</c>, which are the administrator's. One that is not there runs nothing.
    /// </summary>
    private static string? Included(SieveCommand include, IReadOnlySet<string> stored, List<string> destinations)
    {
        if (include.Has(":global"))
        {
            return null;
        }

        var name = include.Strings.LastOrDefault("");
        if (name.Contains("${", StringComparison.Ordinal))
        {
            destinations.Add($"unknown: what is included is only known when it runs ({name})");
        }

        return stored.Contains(name) ? name : null;
    }
}
