using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads <c>defaults</c>.</summary>
internal static class DefaultsReader
{
    // UTC and the end of an office day: what an auditor in another country would guess.
    private static readonly ConfigurationDefaults Silent = new("Etc/UTC", new TimeOnly(18, 0), Locations([]));

    public static ConfigurationDefaults Read(YamlFields root)
    {
        if (root.Take("defaults") is not { } item || YamlFields.Of(item, "defaults", root.Faults, "{timeZone: Europe/Berlin, cutoff: \"18:00\"}") is not { } fields)
        {
            return Silent;
        }

        var zone = fields.Zone("timeZone");
        var cutoff = fields.Time("cutoff");
        var locations = fields.Take("locations") is { } map ? ReadLocations(map, fields) : Silent.LocationZones;
        var bridge = fields.Span("bridge", TimeSpan.Zero, TimeSpan.FromDays(31)) ?? Silent.Bridge;
        fields.RefuseRest("timeZone", "cutoff", "locations", "bridge");
        return new(zone ?? Silent.TimeZone, cutoff ?? Silent.Cutoff, locations) { Bridge = bridge };
    }

    private static Dictionary<string, string> ReadLocations(YamlItem item, YamlFields defaults)
    {
        var zones = Locations([]);
        if (YamlFields.Of(item, defaults.PathOf("locations"), defaults.Faults, "{Berlin: Europe/Berlin}") is { } fields)
        {
            foreach (var entry in fields.Rest.ToList())
            {
                var name = entry.Key.Value;
                if (fields.Zone(name) is { } zone && !zones.TryAdd(name, zone))
                {
                    fields.Faults.Add(entry.Key, fields.PathOf(name), "the location stands here twice, in upper and lower case", "keep one of the two: locations are compared without regard to case");
                }
            }
        }

        return zones;
    }

    private static Dictionary<string, string> Locations(IEnumerable<KeyValuePair<string, string>> zones) => new(zones, StringComparer.OrdinalIgnoreCase);
}
