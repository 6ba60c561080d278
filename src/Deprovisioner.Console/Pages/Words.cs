using System.Globalization;

namespace Deprovisioner.Console.Pages;

/// <summary>Times and numbers as people read them.</summary>
internal static class Words
{
    /// <summary>UTC, to the second.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>In the two largest units that say something: <c>3 d 4 h</c>.</summary>
    public static string Span(TimeSpan span)
    {
        var length = span.Duration();
        return (span < TimeSpan.Zero ? "−" : "") + length switch
        {
            { TotalSeconds: < 1 } => $"{length.TotalMilliseconds:0} ms",
            { TotalMinutes: < 1 } => $"{length.TotalSeconds:0.#} s",
            { TotalHours: < 1 } => Two(length.Minutes, "min", length.Seconds, "s"),
            { TotalDays: < 1 } => Two(length.Hours, "h", length.Minutes, "min"),
            _ => Two((int)length.TotalDays, "d", length.Hours, "h"),
        };
    }

    private static string Two(int large, string unit, int small, string smaller) => small == 0 ? $"{large} {unit}" : $"{large} {unit} {small} {smaller}";

    /// <summary>How far from now: <c>in 4 min 10 s</c>, <c>2 h 3 min ago</c>.</summary>
    public static string Relative(DateTimeOffset at, DateTimeOffset now) => at > now ? $"in {Span(at - now)}" : $"{Span(now - at)} ago";

    public static string Count(long count, string one, string many) => count == 1 ? $"1 {one}" : $"{count.ToString("N0", CultureInfo.InvariantCulture)} {many}";
}
