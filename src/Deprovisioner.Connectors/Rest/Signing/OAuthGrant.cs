using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest.Signing;

/// <summary>Asks an OAuth 2 token endpoint for an access token.</summary>
internal sealed class OAuthGrant(DeclaredOAuth declared, Scope values, CredentialRequests requests, TimeProvider clock)
{
    /// <summary>RFC 6749 section 5.1 lets a server leave out how long a token is good.</summary>
    private static readonly TimeSpan Unsaid = TimeSpan.FromMinutes(10);

    private volatile string? refreshed;

    public async Task<Token> AskAsync(CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal);
        switch (declared.Grant)
        {
            case "client-credentials":
                form["grant_type"] = "client_credentials";
                break;
            case "refresh-token":
                form["grant_type"] = "refresh_token";
                form["refresh_token"] = refreshed ?? Text(declared.RefreshToken!);
                break;
            case "jwt-bearer":
                form["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer";
                form["assertion"] = Assertion.Sign(declared.Assertion!, values, clock);
                break;
            default:
                form["grant_type"] = declared.Grant;
                break;
        }

        if (declared.Scope is { } scope)
        {
            form["scope"] = Text(scope);
        }

        foreach (var (name, value) in declared.Parameters)
        {
            form[name] = Text(value);
        }

        var answer = await requests.AskAsync(Endpoint(), form, Client(form), cancellationToken);
        if (answer is JsonObject map && map["refresh_token"]?.ToString() is { Length: > 0 } next)
        {
            refreshed = next;
        }

        var token = answer is JsonObject found && found["access_token"]?.ToString() is { Length: > 0 } text ? text : throw RestFaults.NotAsDeclared("the token endpoint's answer has no access_token");
        return new Token(token, double.TryParse(answer["expires_in"]?.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e8 ? TimeSpan.FromSeconds(seconds) : Unsaid);
    }

    /// <summary>Says who the client is: in a header, whose text is given, or in the form.</summary>
    private string? Client(Dictionary<string, string> form)
    {
        var id = declared.ClientId is { } template ? Text(template) : null;
        if (declared.Assertion is { } assertion && declared.Grant != "jwt-bearer")
        {
            // RFC 7523 section 2.2.
            form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            form["client_assertion"] = Assertion.Sign(assertion, values, clock);
            return null;
        }

        var secret = declared.ClientSecret is { } hidden ? Text(hidden) : null;
        if (id is not null && secret is not null && declared.ClientAuthentication == ClientAuthentication.Basic)
        {
            // RFC 6749 section 2.3.1: both are encoded as a form is, before they are joined.
            return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret)}"));
        }

        if (id is not null)
        {
            form["client_id"] = id;
        }

        if (secret is not null)
        {
            form["client_secret"] = secret;
        }

        return null;
    }

    private Uri Endpoint()
        => Uri.TryCreate(Text(declared.TokenUrl), UriKind.Absolute, out var endpoint) && (endpoint.Scheme == Uri.UriSchemeHttps || endpoint.IsLoopback)
            ? endpoint
            : throw new SystemFaultException(new Fault(Outcome.Unauthorized, Fault.Misconfigured, "The token endpoint is no https address."));

    private string Text(Template template) => Rendered.Text(template, Place.Plain, values);
}
