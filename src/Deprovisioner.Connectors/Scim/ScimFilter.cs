using System.Globalization;
using System.Text;

namespace Deprovisioner.Connectors.Scim;

/// <summary>Writes filters. A value is always a quoted text by JSON's rules (RFC 7644 section 3.4.2.2, compValue).</summary>
internal static class ScimFilter
{
    public static string Equal(ScimAttribute attribute, string value) => $"{attribute.Text} eq {Quote(value)}";

    /// <summary>
    /// Escapes what RFC 8259 section 7 demands and nothing else: servers exist that do not undo escapes, and would then miss every
    /// name with a plus sign or an accent.
    /// </summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        return text.Append('"').ToString();
    }

    /// <summary>Whether the value cannot be written without escapes. scimmy 1.3, for one, answers such a filter with "invalidFilter".</summary>
    public static bool NeedsEscape(string value) => value.Any(c => c is '"' or '\\' or < ' ');
}
