using System.Globalization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using NodaTime;
using NodaTime.TimeZones;

namespace Deprovisioner.Core.Planning;

/// <summary>When a change takes effect, and what was assumed to know it.</summary>
/// <param name="At">UTC.</param>
/// <param name="Basis">For the audit: <c>lastDay 2026-11-30 at 18:00 Europe/Berlin (zone from the event)</c>.</param>
public sealed record EffectiveTime(DateTimeOffset At, string Basis)
{
    // "The later instant that exists", so that nobody is cut off before the time that they were told. In an overlap (clocks go
    // back) the second of the two. In a gap (clocks go forward, or a whole day is left out) the time as the clock before the gap would
    // have shown it, as RFC 5545 section 3.3.5 has it: 02:30 becomes 03:30, and not 03:00.
    private static readonly ZoneLocalMappingResolver Later = Resolvers.CreateMappingResolver(Resolvers.ReturnLater, Resolvers.ReturnForwardShifted);

    /// <summary>
    /// <c>effectiveAt</c> as it stands; else <c>lastDay</c> at the cut-off of the policy or the default, in the zone of the event, else of its
    /// location, else of the policy, else the default; else <paramref name="now"/>.
    /// </summary>
    /// <param name="policy">The policy that the event gets; null: the defaults only.</param>
    /// <param name="now">When it is decided, UTC.</param>
    /// <param name="current">The employment's assignment before the event, whose location counts where the event names none.</param>
    public static EffectiveTime Resolve(HrEvent hrEvent, Policy? policy, ConfigurationDefaults defaults, DateTimeOffset now, Assignment? current = null)
    {
        if (hrEvent.EffectiveAt is { } at)
        {
            return new(at.ToUniversalTime(), "event effectiveAt");
        }

        if (hrEvent.LastDay is not { } day)
        {
            return new(now.ToUniversalTime(), "at once");
        }

        var (zone, origin) = ZoneOf(hrEvent.TimeZone, (hrEvent.Assignment ?? current)?.Location, policy, defaults);
        var cutoff = policy?.Cutoff ?? defaults.Cutoff;
        var local = LocalDate.FromDateOnly(day) + LocalTime.FromTimeOnly(cutoff);
        var mapping = zone.MapLocal(local);
        var instant = Later(mapping);
        var text = string.Create(CultureInfo.InvariantCulture, $"lastDay {day:yyyy-MM-dd} at {cutoff:HH:mm} {zone.Id} (zone from {origin})");
        return new(
            instant.ToInstant().ToDateTimeOffset(),
            mapping.Count switch
            {
                0 => string.Create(CultureInfo.InvariantCulture, $"{text}; clocks skip that time there, so {instant.LocalDateTime:uuuu-MM-dd HH:mm}"),
                2 => $"{text}; clocks show that time twice there, so the second",
                _ => text,
            });
    }

    /// <summary>The zone in which a day is read. One that tzdb no longer has (the file was checked, the tzdb updated since) is passed over like one that is not given.</summary>
    /// <param name="given">By the event, or by one before it.</param>
    /// <param name="location">Of the assignment.</param>
    internal static (DateTimeZone Zone, string Origin) ZoneOf(string? given, string? location, Policy? policy, ConfigurationDefaults defaults)
    {
        var ofLocation = location is not null && defaults.LocationZones.TryGetValue(location, out var known) ? known : null;
        foreach (var (id, origin) in new[]
        {
            (given, "the event"),
            (ofLocation, $"the location {location}"),
            (policy?.TimeZone, "the policy"),
            (defaults.TimeZone, "the default"),
        })
        {
            if (id is not null && TimeZones.Find(id) is { } zone)
            {
                return (zone, origin);
            }
        }

        return (DateTimeZone.Utc, "nowhere: UTC");
    }
}
