using System.Text;

namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>A word of a server's answer: an atom such as <c>OK</c> or a parenthesis, or a string (RFC 5804, section 4).</summary>
/// <param name="Octets">As they came, without quotes or length: a script need not be UTF-8.</param>
internal sealed record SieveWord(ReadOnlyMemory<byte> Octets, bool IsString)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null: it is not UTF-8.</summary>
    public string? Text
    {
        get
        {
            try
            {
                return Strict.GetString(Octets.Span);
            }
            catch (DecoderFallbackException)
            {
                return null;
            }
        }
    }

    /// <summary>RFC 5804, section 1.1: in any case.</summary>
    public bool IsAtom(string atom) => !IsString && atom.Equals(Text, StringComparison.OrdinalIgnoreCase);
}
