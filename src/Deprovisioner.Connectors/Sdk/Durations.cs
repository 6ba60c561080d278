using System.Globalization;

namespace Deprovisioner.Connectors.Sdk;

/// <summary>A number with a unit, as in the configuration: <c>10s</c>, <c>5m</c>, <c>4h</c>, <c>2d</c>.</summary>
public static class Durations
{
    /// <summary>The span, or null where the text is none.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => null,
        };
    }
}
