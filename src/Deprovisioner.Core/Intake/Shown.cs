using System.Globalization;
using System.Text;

namespace Deprovisioner.Core.Intake;

/// <summary>Untrusted text in a sentence for a person: bounded, and nothing in it that a terminal or a screen would obey.</summary>
public static class Shown
{
    /// <summary>How much of a text helps to recognise it; more would only fill the screen.</summary>
    private const int MostCharacters = 60;

    /// <summary>The text in single quotes, shortened after 60 characters, what is invisible written as <c>\u202E</c>.</summary>
    public static string Quoted(string text) => text.EnumerateRunes().Count() > MostCharacters ? $"'{Plain(text)}' ({text.Length} characters)" : $"'{Plain(text)}'";

    /// <summary>The same without quotes.</summary>
    public static string Plain(string text)
    {
        var shown = new StringBuilder();
        foreach (var (count, rune) in text.EnumerateRunes().Index())
        {
            if (count == MostCharacters)
            {
                return shown.Append('…').ToString();
            }

            shown.Append(Visible(rune) ? rune.ToString() : Escape(rune));
        }

        return shown.ToString();
    }

    /// <summary>A code point as <c>\u202E</c>.</summary>
    internal static string Escape(Rune rune) => rune.IsBmp ? $"\\u{rune.Value:X4}" : $"\\U{rune.Value:X8}";

    // Enclosing marks too: they draw over their neighbours.
    private static bool Visible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.EnclosingMark);
}
