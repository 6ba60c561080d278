using System.Globalization;

namespace Deprovisioner.Console.Pages;

/// <summary>What stands in an address.</summary>
internal static class Query
{
    private static readonly DateOnly First = new(1970, 1, 1);

    /// <summary>Its beginning, UTC; null where it is no day, or none with which can be reckoned.</summary>
    public static DateTimeOffset? Day(string? text)
        => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day >= First && day.Year < 9999 ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null;
}
