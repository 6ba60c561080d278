using System.CommandLine;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Worker.Commands;

/// <summary>Which part of a list: the same options for every list that may be long.</summary>
internal sealed class PartOptions
{
    private readonly Option<int> limit = new("--limit") { Description = $"At most this many, the newest first; up to {PageRequest.Limit}.", DefaultValueFactory = _ => PageRequest.Usual };
    private readonly Option<string?> after = new("--after") { Description = "Go on behind an earlier list: what it gave as the next place." };

    public void AddTo(Command command)
    {
        command.Add(limit);
        command.Add(after);
    }

    public PageRequest Of(ParseResult parsed) => new(parsed.GetValue(limit), parsed.GetValue(after));

    /// <summary>Says how to go on, where there is more.</summary>
    public static void TellOfMore(string? next)
    {
        if (next is not null)
        {
            Terminal.Line($"There are more: --after {next}");
        }
    }
}
