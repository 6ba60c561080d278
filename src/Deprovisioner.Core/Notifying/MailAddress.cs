namespace Deprovisioner.Core.Notifying;

/// <summary>
/// Whether a text is a bare mail address: a dot-atom, an @ and a host name (RFC 5321, section 4.1.2, without quoted strings, comments and address literals, which no mailbox of today has). So none can end a header's line or name a
/// second recipient.
/// </summary>
internal static class MailAddress
{
    /// <summary>RFC 5321, section 4.5.3.1.</summary>
    private const int LongestLocalPart = 64;

    private const int Longest = 254;

    private const string AtomSigns = "!#$%&'*+-/=?^_`{|}~";

    public static bool IsOne(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return text.Length <= Longest && at is > 0 and <= LongestLocalPart
            && text[..at].Split('.').All(atom => atom.Length > 0 && atom.All(c => char.IsAsciiLetterOrDigit(c) || AtomSigns.Contains(c, StringComparison.Ordinal)))
            && text[(at + 1)..].Split('.').All(label => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
    }
}
