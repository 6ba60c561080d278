using System.Globalization;

namespace Deprovisioner.Connectors.ActiveDirectory;

/// <summary>Parts of names as the server wrote them (RFC 4514). None is put together from anything else without escaping.</summary>
internal static class DistinguishedNames
{
    /// <summary>A value for its place in a name (RFC 4514, section 2.4). What needs no escaping has none: a controller shows a name as it was written.</summary>
    public static string Escaped(string value)
        => string.Concat(value.Select((c, at) =>
            c < ' ' ? string.Create(CultureInfo.InvariantCulture, $"\\{(int)c:X2}")
            : ",+\"\\<>;=".Contains(c, StringComparison.Ordinal) || (c == '#' && at == 0) || (c == ' ' && (at == 0 || at == value.Length - 1)) ? $"\\{c}"
            : $"{c}"));

    /// <summary>The entry's own part, and the container's name; null: it has none.</summary>
    public static (string Own, string Container)? Split(string dn)
    {
        for (var i = 0; i < dn.Length; i++)
        {
            if (dn[i] == '\\')
            {
                i++;
            }
            else if (dn[i] == ',')
            {
                return (dn[..i], dn[(i + 1)..]);
            }
        }

        return null;
    }

    /// <summary>The name of the domain in which the entry is.</summary>
    public static string Domain(string dn)
        => dn.StartsWith("DC=", StringComparison.OrdinalIgnoreCase) || Split(dn) is not { } parts ? dn : Domain(parts.Container);

    /// <summary>Whether the first is the second, or below it.</summary>
    public static bool IsBelow(string dn, string container) => $",{dn}".EndsWith($",{container}", StringComparison.OrdinalIgnoreCase);
}
