using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Deprovisioner.Core.Notifying;

/// <summary>Message-IDs (RFC 5322, section 3.6.4) that follow from what a mail is about, so that one which is sent a second time is known to be the same.</summary>
public static class MessageIds
{
    /// <param name="threadAt">When the first mail about the thing was begun, UTC.</param>
    /// <param name="number">1 for that one, 2 for its first update.</param>
    /// <param name="from">The sender's address: its domain answers for the id.</param>
    /// <returns>Without the angle brackets.</returns>
    public static string Of(string receiver, MailThing thing, DateTimeOffset threadAt, int number, string from)
    {
        var told = string.Join('\n', receiver, thing.Key, threadAt.UtcTicks.ToString(CultureInfo.InvariantCulture));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(told)).AsSpan(0, 16));
        return $"{hash}.{number.ToString(CultureInfo.InvariantCulture)}@{from[(from.IndexOf('@', StringComparison.Ordinal) + 1)..]}";
    }
}
