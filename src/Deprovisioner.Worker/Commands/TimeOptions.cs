using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Worker.Commands;

/// <summary>Options that name a time, be it by a span back from now.</summary>
internal static class TimeOptions
{
    /// <param name="now">From when spans count back.</param>
    public static Option<DateTimeOffset?> TimeOrSpan(string name, string what, DateTimeOffset now)
        => new(name) { Description = what + ": a time, such as 2026-11-30T09:00:00+01:00, or a span back from now, such as 2h.", CustomParser = result => Time(result, now, spanOnly: false) };

    /// <param name="now">From when spans count back.</param>
    public static Option<DateTimeOffset?> Span(string name, string description, DateTimeOffset now) => new(name) { Description = description, CustomParser = result => Time(result, now, spanOnly: true) };

    private static DateTimeOffset? Time(ArgumentResult result, DateTimeOffset now, bool spanOnly)
    {
        var text = result.Tokens is [var token] ? token.Value : "";
        if (Durations.TryParse(text, out var span))
        {
            return now - span;
        }

        if (!spanOnly && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            return at;
        }

        result.AddError(spanOnly ? $"'{text}' is no span of time such as 30m, 2h or 7d." : $"'{text}' is no time such as 2026-11-30T09:00:00+01:00, and no span such as 2h.");
        return null;
    }
}
