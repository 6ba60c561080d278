using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Deprovisioner.Storage.Access;

/// <summary>
/// A machine's key as it is written down: <c>dpk_ID_SECRET</c>. The beginning is there so that scanners for leaked secrets can know it. The secret is 256 random bits: what is stored is its SHA-256, which needs no salt and no
/// slow hash, since nobody can try that many (NIST SP 800-63B, section 5.1.2.2, look-up secrets of 112 bits and more).
/// </summary>
public sealed class ApiKeyText
{
    private const string Prefix = "dpk_";
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int IdLength = 16;
    private const int SecretBytes = 32;

    private readonly string secret;

    private ApiKeyText(string id, string secret)
    {
        (Id, this.secret) = (id, secret);
    }

    /// <summary>Names the key and is no secret: 16 characters of base32 in lower case.</summary>
    public string Id { get; }

    /// <summary>SHA-256 of the secret.</summary>
    public byte[] Hash => SHA256.HashData(Encoding.ASCII.GetBytes(secret));

    public static ApiKeyText New() => new(RandomNumberGenerator.GetString(Alphabet, IdLength), Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes)));

    /// <summary>False where it cannot be a key.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ApiKeyText? key)
    {
        key = null;
        if (!Is(text) || text.Length != Prefix.Length + IdLength + 1 + Base64Url.GetEncodedLength(SecretBytes) || text[Prefix.Length + IdLength] != '_')
        {
            return false;
        }

        var id = text.Substring(Prefix.Length, IdLength);
        var rest = text[(Prefix.Length + IdLength + 1)..];
        if (id.All(Alphabet.Contains) && Base64Url.IsValid(rest))
        {
            key = new ApiKeyText(id, rest);
        }

        return key is not null;
    }

    /// <summary>Whether it is meant to be one.</summary>
    public static bool Is(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>With the secret: for whoever is to have the key, once.</summary>
    public string Reveal() => $"{Prefix}{Id}_{secret}";

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Prefix}{Id}_…";
}
