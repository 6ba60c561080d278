using System.Security.Cryptography;

namespace Deprovisioner.Connectors.Http;

/// <summary>Private keys from PEM text (RFC 7468).</summary>
internal static class PemKeys
{
    /// <exception cref="ArgumentException">It is no PEM, or of another kind.</exception>
    /// <exception cref="CryptographicException">It is damaged.</exception>
    public static T Import<T>(Func<T> create, string pem)
        where T : AsymmetricAlgorithm
    {
        var key = create();
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}
