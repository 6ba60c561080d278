using System.ComponentModel;
using Deprovisioner.Connectors.Rest.Rendering;

namespace Deprovisioner.Connectors.Rest.Declaring;

/// <summary>How requests prove who sends them. Of the first five at most one; headers, query and certificate go with any.</summary>
internal sealed record DeclaredCredential
{
    [Description("A token, sent as Authorization: Bearer (RFC 6750).")]
    public Template? Bearer { get; init; }

    [Description("HTTP Basic (RFC 7617).")]
    public DeclaredBasic? Basic { get; init; }

    [Description("OAuth 2: a token that is asked for, kept while it is good, and asked for anew.")]
    public DeclaredOAuth? Oauth2 { get; init; }

    [Description("A JWT (RFC 7519) that is signed here and sent as Authorization: Bearer.")]
    public DeclaredJwt? Jwt { get; init; }

    [Description("A request that signs in and gives a token.")]
    public DeclaredLogin? Login { get; init; }

    [Description("Headers that hold the credential: an API key's, or where {token} goes if it is not Authorization: Bearer.")]
    public IReadOnlyDictionary<string, Template> Headers { get; init; } = new Dictionary<string, Template>();

    [Description("Parameters of the query that hold the credential. Addresses are logged by servers: use a header where there is one.")]
    public IReadOnlyDictionary<string, Template> Query { get; init; } = new Dictionary<string, Template>();

    [Description("A certificate that is shown to the server (mutual TLS).")]
    public DeclaredCertificate? Certificate { get; init; }
}

internal sealed record DeclaredBasic
{
    [Description("The user's name.")]
    public required Template User { get; init; }

    [Description("The password; empty where a key stands as the user.")]
    public required Template Password { get; init; }
}

internal sealed record DeclaredOAuth
{
    [Description("client-credentials (RFC 6749 section 4.4), refresh-token (section 6), jwt-bearer (RFC 7523 section 2.1), or a vendor's own word.")]
    public required string Grant { get; init; }

    [Description("The token endpoint.")]
    public required Template TokenUrl { get; init; }

    [Description("The client's id.")]
    public Template? ClientId { get; init; }

    [Description("The client's secret; or an assertion.")]
    public Template? ClientSecret { get; init; }

    [Description("How the client's secret is sent: basic (RFC 6749 section 2.3.1) or post (in the form); basic unless told.")]
    public ClientAuthentication ClientAuthentication { get; init; }

    [Description("The refresh token of grant: refresh-token. A server that gives another one each time cannot be used so: it would be lost with the process.")]
    public Template? RefreshToken { get; init; }

    [Description("The signed assertion: the grant itself for jwt-bearer, else who the client is (private_key_jwt, RFC 7523 section 2.2).")]
    public DeclaredJwt? Assertion { get; init; }

    [Description("What is asked for.")]
    public Template? Scope { get; init; }

    [Description("Further parameters of the form: audience, account_id, resource.")]
    public IReadOnlyDictionary<string, Template> Parameters { get; init; } = new Dictionary<string, Template>();
}

/// <summary>How a client proves who it is.</summary>
internal enum ClientAuthentication
{
    Basic,
    Post,
}

internal sealed record DeclaredJwt
{
    [Description("The private key as PEM, or for HS256 the shared secret.")]
    public required Template Key { get; init; }

    [Description("RS256, ES256 or HS256 (RFC 7518 section 3.1); RS256 unless told.")]
    public string Algorithm { get; init; } = "RS256";

    [Description("The key's id, for the header.")]
    public Template? KeyId { get; init; }

    [Description("Who says so (iss).")]
    public required Template Issuer { get; init; }

    [Description("For whom (sub).")]
    public Template? Subject { get; init; }

    [Description("To whom (aud).")]
    public Template? Audience { get; init; }

    [Description("Further claims.")]
    public IReadOnlyDictionary<string, Template> Claims { get; init; } = new Dictionary<string, Template>();

    [Description("How long it is good; 5m unless told.")]
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(5);
}

internal sealed record DeclaredLogin : DeclaredRequest
{
    [Description("Where the token stands in the answer's body.")]
    public Location? Token { get; init; }

    [Description("The answer's header that holds the token, instead.")]
    public string? TokenHeader { get; init; }

    [Description("How long it is good; 10m unless told. A token that is refused before is asked for anew.")]
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(10);
}

internal sealed record DeclaredCertificate
{
    [Description("The certificate, as PEM.")]
    public required Template Certificate { get; init; }

    [Description("Its private key, as PEM.")]
    public required Template Key { get; init; }
}
