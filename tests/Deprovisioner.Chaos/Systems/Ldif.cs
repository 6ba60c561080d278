using System.Text;

namespace Deprovisioner.Chaos.Systems;

/// <summary>LDIF (RFC 2849) as ldapsearch prints it.</summary>
internal static class Ldif
{
    /// <summary>Each entry's attributes with their values, in order.</summary>
    public static IEnumerable<ILookup<string, string>> Entries(string text)
        => text.Replace("\n ", "", StringComparison.Ordinal).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => entry.Split('\n').Where(line => line.Length > 0 && line[0] != '#' && line.Contains(':', StringComparison.Ordinal)).Select(Attribute).ToLookup(a => a.Name, a => a.Value, StringComparer.OrdinalIgnoreCase))
            .Where(entry => entry.Contains("dn"));

    private static (string Name, string Value) Attribute(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var value = line[(colon + 1)..];
        return (line[..colon], value.StartsWith(':') ? Encoding.UTF8.GetString(Convert.FromBase64String(value[1..].Trim())) : value.Trim());
    }
}
