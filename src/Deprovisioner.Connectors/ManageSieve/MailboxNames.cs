using System.Buffers;
using System.Text;

namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>
/// Names of mailboxes. One travels as the authorization identity of SASL PLAIN, as UTF-8 within Base64, so that nothing in it can become a command; only NUL would end it, and an empty one would mean the administrator (RFC 4616, section 2).
/// </summary>
internal static class MailboxNames
{
    /// <summary>RFC 5321, section 4.5.3.1.3: a path has 256 octets at most, and angle brackets around it.</summary>
    private const int MostOctets = 254;

    /// <summary>Whether a mailbox can have this name. Control characters are in none: RFC 4013, section 2.3; half of a surrogate pair would be sent as another sign.</summary>
    public static bool IsPossible(string name) => name.Length is > 0 and <= MostOctets && !name.Any(char.IsControl) && IsUnicode(name) && Encoding.UTF8.GetByteCount(name) <= MostOctets;

    /// <summary>The name of no mailbox, with the same characters and in the same domain, so that a server has the same to say of it.</summary>
    public static string NobodyLike(string name) => $"n{Guid.NewGuid():N}{name}";

    private static bool IsUnicode(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
            {
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }
}
