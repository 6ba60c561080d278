using NodaTime;
using NodaTime.TimeZones;

namespace Deprovisioner.Core.Planning;

/// <summary>IANA time zones, from the tzdb that NodaTime carries, so that every machine reads the same day in the same way.</summary>
internal static class TimeZones
{
    private static readonly Dictionary<string, string> AnyCase = DateTimeZoneProviders.Tzdb.Ids
        .GroupBy(id => id, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(g => g.Key, g => g.First(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The zone, or null where tzdb has none of this name. Links (<c>Asia/Calcutta</c>) are zones; fixed offsets (<c>UTC+02</c>) are not.</summary>
    public static DateTimeZone? Find(string id)
        => AnyCase.TryGetValue(id, out var known) && known == id ? DateTimeZoneProviders.Tzdb[id] : null;

    /// <summary>The id that was probably meant (another case, a Windows name), or null.</summary>
    public static string? Meant(string id)
        => AnyCase.TryGetValue(id.Trim(), out var known)
            ? known
            : TzdbDateTimeZoneSource.Default.WindowsMapping.PrimaryMapping.TryGetValue(id.Trim(), out var windows) ? windows : null;
}
