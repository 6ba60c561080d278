using Deprovisioner.Core.Intake;

namespace Deprovisioner.Core.Policies.Yaml;

/// <summary>"Did you mean": the known word nearest to a mistyped one.</summary>
internal static class Suggestion
{
    /// <summary>The nearest word, if it is near enough to be a slip of the fingers: a third of its letters at most, two for a short one.</summary>
    public static string? For(string word, IEnumerable<string> known)
        => known
            .Select(k => (Word: k, Distance: Distance(word.ToLowerInvariant(), k.ToLowerInvariant())))
            .Where(k => k.Distance <= Math.Max(Math.Min(2, k.Word.Length / 2), k.Word.Length / 3))
            .OrderBy(k => k.Distance)
            .ThenBy(k => k.Word, StringComparer.Ordinal)
            .Select(k => k.Word)
            .FirstOrDefault();

    /// <summary>The nearest word as an instruction, else the whole list as one. The words may be names from the file: what is invisible in them is shown.</summary>
    public static string Remedy(string word, IReadOnlyCollection<string> known)
        => For(word, known) is { } near ? $"did you mean {Shown.Quoted(near)}?" : $"write one of: {string.Join(", ", known.Select(Shown.Plain))}";

    // Levenshtein, with two neighbours swapped counted as one slip.
    private static int Distance(string left, string right)
    {
        // Nothing that differs this much in length is near; bounds the work on hostile input.
        if (Math.Abs(left.Length - right.Length) > 8)
        {
            return int.MaxValue;
        }

        int[] beforeLast = [], last = [.. Enumerable.Range(0, right.Length + 1)];
        for (var i = 1; i <= left.Length; i++)
        {
            var row = new int[right.Length + 1];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last) = (last, row);
        }

        return last[right.Length];
    }
}
