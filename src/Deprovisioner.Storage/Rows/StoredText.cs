namespace Deprovisioner.Storage;

/// <summary>Text from outside, as PostgreSQL can hold it: its text has neither U+0000 nor half a surrogate pair (https://www.postgresql.org/docs/15/datatype-character.html).</summary>
internal static class StoredText
{
    /// <summary>What cannot be held is shown as U+FFFD, and what is longer is cut: it is for reading.</summary>
    public static string? Of(string? text, int most)
        => text is null ? null : string.Concat(text.EnumerateRunes().Take(most).Select(rune => rune.Value == 0 ? "\uFFFD" : rune.ToString()));

    /// <summary>Whether it can be held as it is.</summary>
    public static bool Holds(string text) => !text.Contains('\0', StringComparison.Ordinal) && text == Of(text, text.Length);
}
