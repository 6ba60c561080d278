using System.Security.Cryptography;
using System.Text;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Deprovisioner.Connectors.Rest.Signing;

/// <summary>Signs a JWT (RFC 7519, RFC 7515).</summary>
internal static class Assertion
{
    /// <summary>For servers whose clock is a little behind.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(10);

    /// <exception cref="SystemFaultException">The key cannot be used.</exception>
    public static string Sign(DeclaredJwt declared, Scope values, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var description = new SecurityTokenDescriptor
        {
            Issuer = Text(declared.Issuer),
            Audience = declared.Audience is { } audience ? Text(audience) : null,
            IssuedAt = (now - Early).UtcDateTime,
            NotBefore = (now - Early).UtcDateTime,
            Expires = (now + declared.Lifetime).UtcDateTime,
            Claims = declared.Claims.ToDictionary(c => c.Key, c => (object)Text(c.Value)),
            SigningCredentials = Key(declared, values),
        };

        // RFC 7523 section 3: each may be used once.
        description.Claims[JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString("N");
        if (declared.Subject is { } subject)
        {
            description.Claims[JwtRegisteredClaimNames.Sub] = Text(subject);
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(description);

        string Text(Template template) => Rendered.Text(template, Place.Plain, values);
    }

    private static SigningCredentials Key(DeclaredJwt declared, Scope values)
    {
        var text = Rendered.Text(declared.Key, Place.Plain, values);
        SecurityKey key;
        try
        {
            key = declared.Algorithm switch
            {
                "HS256" => new SymmetricSecurityKey(Encoding.UTF8.GetBytes(text)),
                "ES256" => new ECDsaSecurityKey(PemKeys.Import(ECDsa.Create, text)),
                _ => new RsaSecurityKey(PemKeys.Import(RSA.Create, text)),
            };
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new SystemFaultException(new Fault(Outcome.Unauthorized, Fault.Misconfigured, $"The key that signs is no PEM private key for {declared.Algorithm} ({error.GetType().Name})."));
        }

        // Cached keys would outlive a rotated secret.
        key.CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false };
        key.KeyId = declared.KeyId is { } id ? Rendered.Text(id, Place.Plain, values) : null;
        return new SigningCredentials(key, declared.Algorithm);
    }
}
