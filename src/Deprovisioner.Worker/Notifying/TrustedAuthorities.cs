using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Deprovisioner.Worker.Notifying;

/// <summary>Who vouches for a server, where the machine's own authorities do not.</summary>
internal static class TrustedAuthorities
{
    /// <summary>https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12</summary>
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Trust in the authorities of a PEM file and in no other, read now.</summary>
    /// <exception cref="CryptographicException">It holds no certificate.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static X509ChainPolicy Of(string caFile)
    {
        // A private authority rarely publishes revocation lists; who may revoke the server's certificate there also runs this.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        policy.CustomTrustStore.ImportFromPemFile(caFile);
        return policy.CustomTrustStore.Count > 0 ? policy : throw new CryptographicException("The file holds no certificate.");
    }

    /// <summary>Whether a server's certificate is one of theirs, and its name the one that was called.</summary>
    public static bool VouchFor(X509ChainPolicy policy, X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain { ChainPolicy = policy };
        using var shown = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(shown);
    }
}
