using System.Text;
using Deprovisioner.Core.Intake;

namespace Deprovisioner.Core.Policies.Yaml;

/// <summary>The characters that the file may hold, checked before anything else looks at it.</summary>
internal static class YamlCharacters
{
    /// <summary>False, and a fault, at the first character that may not stand in the file.</summary>
    public static bool Check(string text, FaultList faults)
    {
        var (line, column) = (1, 1);
        for (var i = 0; i < text.Length; i++)
        {
            var valid = Rune.TryGetRuneAt(text, i, out var rune);
            if (!valid || !MayStand(rune, i))
            {
                faults.Add(
                    line,
                    column,
                    "",
                    $"the character {(valid ? Shown.Escape(rune) : $"\\u{(int)text[i]:X4}")} may not stand in the file",
                    "take it away; it does not show in most editors, so write the line anew");
                return false;
            }

            (line, column) = text[i] == '\n' ? (line + 1, 1) : (line, column + 1);
            i += rune.Utf16SequenceLength - 1;
        }

        return true;
    }

    // YAML 1.2.2, section 5.1: c-printable, with a byte order mark at the start only. Bidirectional controls are taken out as well:
    // with them a reviewer sees another file than the machine (CVE-2021-42574).
    private static bool MayStand(Rune rune, int position) => rune.Value switch
    {
        '\t' or '\n' or '\r' => true,
        < 0x20 or (>= 0x7F and <= 0x9F) => false,
        0xFEFF => position == 0,
        0xFFFE or 0xFFFF => false,
        (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) => false,
        _ => true,
    };
}
