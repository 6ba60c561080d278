using System.Globalization;

namespace Deprovisioner.Connectors.Sdk;

/// <summary>A number with a unit, as in the configuration: <c>500ms</c>, <c>10s</c>, <c>5m</c>, <c>4h</c>, <c>2d</c>.</summary>
public static class Durations
{
    /// <summary>What the configuration's check allows at most: ten years, so that no date overflows by it.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3660);

    /// <summary>The span, or null where the text is none, or one over ten years.</summary>
    public static TimeSpan? Parse(string text)
    {
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits is < 1 or > 12)
        {
            return null;
        }

        TimeSpan? unit = text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => null,
        };
        var number = long.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture);
        return unit is null || number > Longest.Ticks / unit.Value.Ticks ? null : unit * number;
    }
}
