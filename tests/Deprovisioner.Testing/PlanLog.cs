using System.Globalization;
using System.Text.RegularExpressions;

namespace Deprovisioner.Testing;

/// <summary>A statement as the server ran it.</summary>
/// <param name="Query">Its text.</param>
/// <param name="Plan">Its plan, with what it did.</param>
/// <param name="Pages">How many pages it touched, in memory or not.</param>
public sealed record RunPlan(string Query, string Plan, long Pages)
{
    /// <summary>Tables that were read from one end to the other.</summary>
    public IReadOnlyList<string> ReadWhole => [.. PlanLog.Sequential().Matches(Plan).Select(m => m.Groups["table"].Value)];
}

/// <summary>A server that prints the plan of each statement that it runs (https://www.postgresql.org/docs/15/auto-explain.html), prepared as for any parameters.</summary>
public static partial class PlanLog
{
    /// <summary>What the server prints before each of its own messages.</summary>
    private const string Mark = "@@ ";

    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["session_preload_libraries"] = "auto_explain",
        ["auto_explain.log_min_duration"] = "0",
        ["auto_explain.log_analyze"] = "on",
        ["auto_explain.log_timing"] = "off",
        ["auto_explain.log_buffers"] = "on",
        ["plan_cache_mode"] = "force_generic_plan",
        ["log_line_prefix"] = $"'{Mark}'",
    };

    /// <summary>All plans so far.</summary>
    public static IReadOnlyList<RunPlan> Read(PostgresServer server)
        => [.. server.Output.Split(Mark).Where(entry => entry.StartsWith("LOG:  duration:", StringComparison.Ordinal) && entry.Contains("Query Text:", StringComparison.Ordinal)).Select(Plan)];

    private static RunPlan Plan(string entry)
    {
        var text = entry[(entry.IndexOf("Query Text:", StringComparison.Ordinal) + 11)..];
        var from = Start().Match(text) is { Success: true } start ? start.Index : 0;
        var first = Buffers().Match(text, from);
        return new RunPlan(
            Folded().Replace(text[..from], " ").Trim(), text[from..],
            first.Success ? Number(first.Groups["hit"]) + Number(first.Groups["read"]) : 0);
    }

    private static long Number(Group group) => group.Success ? long.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"Seq Scan on (?<table>\w+)", RegexOptions.ExplicitCapture, 10_000)]
    internal static partial Regex Sequential();

    [GeneratedRegex(@"^\s*[A-Z][A-Za-z ]+( using \w+)?( on [\w*""]+( \w+)?)?  \(cost=", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 10_000)]
    private static partial Regex Start();

    [GeneratedRegex(@"Buffers: shared( hit=(?<hit>\d+))?( read=(?<read>\d+))?", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Buffers();

    [GeneratedRegex(@"\s+", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Folded();
}
