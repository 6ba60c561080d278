using System.Globalization;
using System.Text;

namespace Deprovisioner.Contracts.Unicode;

/// <summary>
/// Texts that people take for the same, made the same: compatible forms taken apart (NFKD, UAX #15), case ignored. The runtime does neither for what is not ASCII while
/// its globalization is invariant, which spares us ICU; so the table is ours. Marks that follow each other are sorted by code point and not by class: that makes
/// some texts equal which are not quite, and never the other way round, as a list that protects must err.
/// </summary>
internal static class FoldedText
{
    private const int HangulFirst = 0xAC00;
    private const int HangulLast = 0xD7A3;
    private const int Vowels = 21;
    private const int Tails = 28;

    private static readonly Lazy<Dictionary<int, int[]>> Decompositions = new(Read);

    public static string Of(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text.ToUpperInvariant();
        }

        var runes = text.EnumerateRunes().SelectMany(rune => TakenApart(rune.Value)).Select(code => Rune.ToUpperInvariant(new Rune(code))).ToList();
        for (var from = 0; from < runes.Count; from++)
        {
            var marks = runes.Skip(from).TakeWhile(IsMark).Count();
            if (marks > 1)
            {
                runes.Sort(from, marks, null);
            }

            from += marks;
        }

        return string.Concat(runes);
    }

    private static int[] TakenApart(int code)
    {
        if (code is < HangulFirst or > HangulLast)
        {
            return code < 0x80 ? [code] : Decompositions.Value.GetValueOrDefault(code, [code]);
        }

        var index = code - HangulFirst;
        var tail = index % Tails;
        int[] pair = [0x1100 + (index / (Vowels * Tails)), 0x1161 + (index / Tails % Vowels)];
        return tail == 0 ? pair : [.. pair, 0x11A7 + tail];
    }

    private static bool IsMark(Rune rune)
        => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private static Dictionary<int, int[]> Read()
    {
        using var file = typeof(FoldedText).Assembly.GetManifestResourceStream("Unicode.decompositions.txt")
            ?? throw new InvalidOperationException("The assembly has no table of decompositions.");
        using var reader = new StreamReader(file);
        var table = new Dictionary<int, int[]>();
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                var codes = line.Split(' ').Select(code => int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
                table[codes[0]] = codes[1..];
            }
        }

        return table;
    }
}
