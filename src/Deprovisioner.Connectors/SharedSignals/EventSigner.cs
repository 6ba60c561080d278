using System.Security.Cryptography;
using System.Text.Json;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Deprovisioner.Connectors.SharedSignals;

/// <summary>Signs Security Event Tokens. Holds a key: has no text form.</summary>
internal sealed class EventSigner
{
    /// <summary>RFC 8417 section 2.3: so that no token for something else can be taken for an event, nor the other way round.</summary>
    private const string Type = "secevent+jwt";

    /// <summary>NIST SP 800-131A; RFC 7518 section 3.3.</summary>
    private const int ShortestRsaKey = 2048;

    private readonly SigningCredentials credentials;

    private EventSigner(SecurityKey key, string algorithm, JsonWebKey publicKey, string? keyId)
    {
        publicKey.KeyId = keyId ?? Base64UrlEncoder.Encode(publicKey.ComputeJwkThumbprint());
        publicKey.Alg = algorithm;
        publicKey.Use = "sig";
        key.KeyId = publicKey.KeyId;

        // Cached keys would outlive a rotated secret.
        key.CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false };
        credentials = new SigningCredentials(key, algorithm);
        PublicKey = JsonSerializer.Serialize(
            new Dictionary<string, string?> { ["kty"] = publicKey.Kty, ["crv"] = publicKey.Crv, ["x"] = publicKey.X, ["y"] = publicKey.Y, ["n"] = publicKey.N, ["e"] = publicKey.E, ["kid"] = publicKey.KeyId, ["alg"] = algorithm, ["use"] = "sig" }
                .Where(member => !string.IsNullOrEmpty(member.Value)).ToDictionary());
    }

    /// <summary>The public half as JWK (RFC 7517), for the receiver.</summary>
    public string PublicKey { get; }

    /// <exception cref="SystemFaultException">The key cannot be used.</exception>
    public static EventSigner Of(string pem, string? keyId, SettingsReader settings)
    {
        try
        {
            var signer = !TryRsa(pem, out var rsa) ? Elliptic(pem, keyId, settings)
                : rsa.KeySize < ShortestRsaKey ? throw settings.Unusable("signingKey", $"is an RSA key of fewer than {ShortestRsaKey} bits")
                : new EventSigner(new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSha256, JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(rsa.ExportParameters(false))), keyId);

            // A public key is a PEM too, and is told from a private one by trying.
            signer.Sign(new Dictionary<string, object>());
            return signer;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or InvalidOperationException)
        {
            throw settings.Unusable("signingKey", $"is no PEM of an RSA or P-256 private key ({error.GetType().Name})");
        }
    }

    public string Sign(IDictionary<string, object> claims)
        => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor { Claims = claims, SigningCredentials = credentials, TokenType = Type });

    private static EventSigner Elliptic(string pem, string? keyId, SettingsReader settings)
    {
        var key = PemKeys.Import(ECDsa.Create, pem);
        if (key.KeySize != 256)
        {
            throw settings.Unusable("signingKey", "is an elliptic key of another curve than P-256");
        }

        using var publicHalf = ECDsa.Create(key.ExportParameters(includePrivateParameters: false));
        return new EventSigner(new ECDsaSecurityKey(key), SecurityAlgorithms.EcdsaSha256, JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(publicHalf)), keyId);
    }

    // PKCS #8 (RFC 5208) says what a key is inside only, so the name of the PEM does not tell.
    private static bool TryRsa(string pem, out RSA key)
    {
        try
        {
            key = PemKeys.Import(RSA.Create, pem);
            return true;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            key = null!;
            return false;
        }
    }
}
