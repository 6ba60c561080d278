using System.Globalization;

namespace Deprovisioner.Console.Pages;

/// <summary>What stands in an address.</summary>
internal static class Query
{
    /// <summary>Its beginning, UTC; null where it is no day.</summary>
    public static DateTimeOffset? Day(string? text)
        => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year < 9999 ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null;
}
