using System.Globalization;

namespace Deprovisioner.Core.Policies;

/// <summary>Spans of time as the configuration writes them: a whole number and its unit, <c>500ms</c>, <c>10s</c>, <c>5m</c>, <c>4h</c>, <c>30d</c>.</summary>
public static class Durations
{
    /// <summary>Ten years: no policy waits longer, and no date that an event may carry overflows by it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3660);

    /// <summary>False where the text is no span of time, or one over <see cref="Longest"/>.</summary>
    public static bool TryParse(string text, out TimeSpan span)
    {
        span = default;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits is < 1 or > 12)
        {
            return false;
        }

        var unit = text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
        var number = long.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture);
        if (unit == TimeSpan.Zero || number > Longest.Ticks / unit.Ticks)
        {
            return false;
        }

        span = unit * number;
        return true;
    }

    /// <summary>The shortest text of a span: <c>1h</c>, not <c>60m</c>.</summary>
    public static string Text(TimeSpan span)
        => span.Ticks % TimeSpan.TicksPerDay == 0 && span > TimeSpan.Zero ? $"{span.Ticks / TimeSpan.TicksPerDay}d"
            : span.Ticks % TimeSpan.TicksPerHour == 0 && span > TimeSpan.Zero ? $"{span.Ticks / TimeSpan.TicksPerHour}h"
            : span.Ticks % TimeSpan.TicksPerMinute == 0 && span > TimeSpan.Zero ? $"{span.Ticks / TimeSpan.TicksPerMinute}m"
            : span.Ticks % TimeSpan.TicksPerSecond == 0 ? $"{span.Ticks / TimeSpan.TicksPerSecond}s"
            : $"{span.Ticks / TimeSpan.TicksPerMillisecond}ms";
}
