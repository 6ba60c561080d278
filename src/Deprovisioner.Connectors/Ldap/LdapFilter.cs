using System.Text;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>
/// Search filters (RFC 4515). A DN is never put together here: each one used is as the server gave it, and inside a filter it is a value like any other.
/// </summary>
internal static class LdapFilter
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// <c>(attribute=value)</c>; null where the text is not Unicode (half a surrogate pair), which no value in a directory can equal.
    /// Every byte but letters, digits and four harmless marks is written as backslash and two hex digits (section 3: any octet may be), so
    /// that no list of dangerous characters has to be right.
    /// </summary>
    public static string? Equal(string attribute, string value)
    {
        try
        {
            return Equal(attribute, Strict.GetBytes(value));
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    /// <summary><c>(attribute=value)</c> for a value that is no text.</summary>
    public static string Equal(string attribute, byte[] bytes)
    {
        var text = new StringBuilder(bytes.Length + attribute.Length + 3).Append('(').Append(attribute).Append('=');
        foreach (var octet in bytes)
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'@' or (byte)'.' or (byte)'-' or (byte)'_')
            {
                text.Append((char)octet);
            }
            else
            {
                text.Append('\\').Append(octet.ToString("x2"));
            }
        }

        return text.Append(')').ToString();
    }

    public static string Present(string attribute) => $"({attribute}=*)";

    public static string And(params ReadOnlySpan<string> filters) => $"(&{string.Concat(filters)})";
}
