using System.Globalization;
using System.Text;
using Deprovisioner.Core.Planning;
using Newtonsoft.Json.Linq;

namespace Deprovisioner.Core.Intake;

/// <summary>
/// Reads fields of an event that passed its schema, and checks what a schema cannot say. Keeps the first problem; after it, what is
/// read has no meaning.
/// </summary>
internal sealed class HrEventFields
{
    public EventProblem? Problem { get; private set; }

    /// <summary>
    /// A text that identifies: what is invisible in it would let two different ids look the same, so all of Unicode's control and
    /// format characters are refused, bidirectional marks among them.
    /// </summary>
    public string? Id(JObject? owner, string name)
    {
        if (Text(owner, name, IsUnfitForId) is not { } text)
        {
            return null;
        }

        if (text.Length == 0 || char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]))
        {
            Refuse(InvalidEventReason.Blank, $"{PathOf(owner, name)} is {Shown.Quoted(text)}, an id that is empty or has white space around it; send it trimmed.");
        }

        return text;
    }

    /// <summary>
    /// A text for people. Left-to-right and right-to-left marks and joiners belong to names in many scripts; embeddings, overrides
    /// and isolates (UAX #9, section 2) reorder what stands around them, and are refused.
    /// </summary>
    public string? Label(JObject? owner, string name) => Text(owner, name, IsUnfitForLabel);

    public string? Email(JObject? owner, string name)
    {
        var text = Text(owner, name, IsUnfitForId);
        if (text is not null && !LooksLikeMail(text))
        {
            // A wrong address finds no account, and "no account" would look like a success.
            Refuse(InvalidEventReason.BadEmail, $"{PathOf(owner, name)} is {Shown.Quoted(text)}, which is no mail address; send one like ada@example.test, or leave it out.");
        }

        return text;
    }

    public DateTimeOffset? Instant(JObject? owner, string name)
    {
        if (Text(owner, name, IsUnfitForId) is not { } text)
        {
            return null;
        }

        var instant = Rfc3339.Instant(text);
        if (instant is null)
        {
            Refuse(InvalidEventReason.BadDate, $"{PathOf(owner, name)} is {Shown.Quoted(text)}, which is no instant from 1900 to 2199; send an RFC 3339 date-time with its offset, like 2026-11-30T18:00:00+01:00.");
        }

        return instant;
    }

    public DateOnly? Date(JObject? owner, string name)
    {
        if (Text(owner, name, IsUnfitForId) is not { } text)
        {
            return null;
        }

        var date = Rfc3339.Date(text);
        if (date is null)
        {
            Refuse(InvalidEventReason.BadDate, $"{PathOf(owner, name)} is {Shown.Quoted(text)}, which is no day from 1900 to 2199; send one that exists, like 2026-11-30, or leave it out if there is no end.");
        }

        return date;
    }

    public string? Zone(JObject? owner, string name)
    {
        var text = Text(owner, name, IsUnfitForId);
        if (text is not null && TimeZones.Find(text) is null)
        {
            Refuse(InvalidEventReason.UnknownTimeZone, $"{PathOf(owner, name)} is {Shown.Quoted(text)}, which is no IANA time zone; send {TimeZones.Meant(text) ?? "one like Europe/Berlin"}.");
        }

        return text;
    }

    private string? Text(JObject? owner, string name, Func<Rune, bool> isUnfit)
    {
        if (owner?[name] is not { Type: JTokenType.String } token)
        {
            return null;
        }

        var text = token.Value<string>()!;
        foreach (var rune in text.EnumerateRunes())
        {
            if (isUnfit(rune))
            {
                Refuse(InvalidEventReason.ControlCharacter, $"{PathOf(owner, name)} is {Shown.Quoted(text)}, which holds the control or invisible character {Shown.Escape(rune)}; send it without.");
                break;
            }
        }

        return text;
    }

    private static string PathOf(JObject? owner, string name) => owner is null || owner.Path.Length == 0 ? $"$.{name}" : $"$.{owner.Path}.{name}";

    private void Refuse(string reason, string detail) => Problem ??= new(reason, detail);

    private static bool IsUnfitForId(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator;

    private static bool IsUnfitForLabel(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator
        || rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static bool LooksLikeMail(string text)
        => text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at
            && at == text.LastIndexOf('@')
            && at < text.Length - 1
            && !text.Any(char.IsWhiteSpace);
}
