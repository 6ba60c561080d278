namespace Deprovisioner.Core.Policies;

/// <summary>
/// A text of a condition, which may begin and end with <c>*</c> for anything: <c>Sales*</c>, <c>*Sales</c>, <c>*Sales*</c>, and <c>*</c> for whatever is known. Case does not matter.
/// </summary>
internal readonly struct Wildcard
{
    private readonly bool openStart;
    private readonly bool openEnd;
    private readonly string core;

    private Wildcard(bool openStart, string core, bool openEnd) => (this.openStart, this.core, this.openEnd) = (openStart, core, openEnd);

    private bool IsLiteral => !openStart && !openEnd;

    /// <summary>Whether a star stands where it is read: at either end, once each.</summary>
    public static bool IsWellFormed(string text)
        => !text.Trim('*').Contains('*', StringComparison.Ordinal) && !text.StartsWith("**", StringComparison.Ordinal) && !text.EndsWith("**", StringComparison.Ordinal);

    /// <summary>Whether the value meets it. A star in the value is a star.</summary>
    public static bool Matches(string wanted, string value) => Of(wanted).Covers(new Wildcard(false, value, false));

    /// <summary>Whether every text that meets the narrow one meets the wide one. Exact: there is always a text that tells two apart, since texts may hold any character.</summary>
    public static bool Covers(string wide, string narrow) => Of(wide).Covers(Of(narrow));

    /// <summary>Whether some text meets both.</summary>
    public static bool Overlap(string one, string other)
    {
        var (a, b) = (Of(one), Of(other));
        return a.IsLiteral ? b.Covers(a)
            : b.IsLiteral ? a.Covers(b)

            // Both end openly on the same side: the fixed other ends must agree. Else one can be written after the other.
            : (a.openStart || b.openStart || Starts(a.core, b.core) || Starts(b.core, a.core)) && (a.openEnd || b.openEnd || Ends(a.core, b.core) || Ends(b.core, a.core));
    }

    private static Wildcard Of(string text) => new(text.StartsWith('*'), text.Trim('*'), text.EndsWith('*'));

    private bool Covers(Wildcard narrow)
        => (openStart, openEnd) switch
        {
            (false, false) => narrow.IsLiteral && string.Equals(core, narrow.core, StringComparison.OrdinalIgnoreCase),
            (false, true) => !narrow.openStart && Starts(narrow.core, core),
            (true, false) => !narrow.openEnd && Ends(narrow.core, core),
            (true, true) => narrow.core.Contains(core, StringComparison.OrdinalIgnoreCase),
        };

    private static bool Starts(string text, string with) => text.StartsWith(with, StringComparison.OrdinalIgnoreCase);

    private static bool Ends(string text, string with) => text.EndsWith(with, StringComparison.OrdinalIgnoreCase);
}
