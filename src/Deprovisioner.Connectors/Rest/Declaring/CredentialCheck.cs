using Deprovisioner.Connectors.Rest.Rendering;

namespace Deprovisioner.Connectors.Rest.Declaring;

/// <summary>How requests prove who sends them: see <see cref="DeclarationCheck"/>.</summary>
internal static class CredentialCheck
{
    private static readonly string[] Plain = ["settings"];

    private static readonly string[] WithToken = ["settings", "token"];

    private static readonly string[] Algorithms = ["RS256", "ES256", "HS256"];

    public static void Check(Declaration declaration, DeclarationFaults faults)
    {
        foreach (var (path, credential) in DeclaredPlaces.Credentials(declaration.Server))
        {
            Check(path, credential, declaration, faults);
        }

        foreach (var (name, _) in declaration.Server.Credentials.Where(c => c.Value.Certificate is not null))
        {
            faults.Add($"server.credentials.{name}.certificate", "a certificate is shown when the connection is opened, before any request", "write it under server.credential");
        }

        Known(declaration.Server.Headers.Select(h => ($"server.headers.{h.Key}", h.Value, Plain)), declaration, faults);
    }

    private static void Check(string path, DeclaredCredential credential, Declaration declaration, DeclarationFaults faults)
    {
        if (new object?[] { credential.Bearer, credential.Basic, credential.Oauth2, credential.Jwt, credential.Login }.Count(c => c is not null) > 1)
        {
            faults.Add(path, "there are several credentials", "keep one of bearer, basic, oauth2, jwt and login");
        }

        Known(Templates(path, credential), declaration, faults);

        foreach (var (at, jwt) in new[] { ($"{path}.jwt", credential.Jwt), ($"{path}.oauth2.assertion", credential.Oauth2?.Assertion) })
        {
            if (jwt is not null && !Algorithms.Contains(jwt.Algorithm))
            {
                faults.Add($"{at}.algorithm", $"'{jwt.Algorithm}' is not known", $"write one of: {string.Join(", ", Algorithms)}");
            }
        }

        if (credential.Login is { } login && login.Token is null == login.TokenHeader is null)
        {
            faults.Add($"{path}.login", "it is not said where the token stands", "write either token: or tokenHeader:");
        }

        if (credential.Oauth2 is { Grant: "refresh-token", RefreshToken: null })
        {
            faults.Add($"{path}.oauth2", "the refresh token is missing", "write refreshToken:");
        }

        if (credential.Oauth2 is { Grant: "jwt-bearer", Assertion: null })
        {
            faults.Add($"{path}.oauth2", "the assertion is missing", "write assertion:");
        }
    }

    private static void Known(IEnumerable<(string At, Template Template, string[] Sources)> templates, Declaration declaration, DeclarationFaults faults)
    {
        foreach (var (at, template, sources) in templates)
        {
            foreach (var value in template.Values.Where(v => !sources.Contains(v.Source) || (v.Source == "settings" && !declaration.Settings.ContainsKey(v.Key))))
            {
                faults.Add(at, $"{{{value.Text}}} is not known here", "declare it under settings, and write {settings.…}");
            }
        }
    }

    private static IEnumerable<(string At, Template Template, string[] Sources)> Templates(string path, DeclaredCredential credential)
    {
        return
        [
            .. Of($"{path}.bearer", credential.Bearer),
            .. Of($"{path}.basic.user", credential.Basic?.User),
            .. Of($"{path}.basic.password", credential.Basic?.Password),
            .. OfJwt($"{path}.jwt", credential.Jwt),
            .. Of($"{path}.oauth2.tokenUrl", credential.Oauth2?.TokenUrl),
            .. Of($"{path}.oauth2.clientId", credential.Oauth2?.ClientId),
            .. Of($"{path}.oauth2.clientSecret", credential.Oauth2?.ClientSecret),
            .. Of($"{path}.oauth2.refreshToken", credential.Oauth2?.RefreshToken),
            .. Of($"{path}.oauth2.scope", credential.Oauth2?.Scope),
            .. (credential.Oauth2?.Parameters ?? new Dictionary<string, Template>()).Select(p => ($"{path}.oauth2.parameters.{p.Key}", p.Value, Plain)),
            .. OfJwt($"{path}.oauth2.assertion", credential.Oauth2?.Assertion),
            .. Of($"{path}.certificate.certificate", credential.Certificate?.Certificate),
            .. Of($"{path}.certificate.key", credential.Certificate?.Key),
            .. credential.Headers.Select(h => ($"{path}.headers.{h.Key}", h.Value, WithToken)),
            .. credential.Query.Select(q => ($"{path}.query.{q.Key}", q.Value, WithToken)),
        ];

        IEnumerable<(string, Template, string[])> Of(string at, Template? template) => template is null ? [] : [(at, template, Plain)];

        IEnumerable<(string, Template, string[])> OfJwt(string at, DeclaredJwt? jwt)
            => jwt is null ? [] :
            [
                .. Of($"{at}.key", jwt.Key), .. Of($"{at}.keyId", jwt.KeyId), .. Of($"{at}.issuer", jwt.Issuer), .. Of($"{at}.subject", jwt.Subject), .. Of($"{at}.audience", jwt.Audience),
                .. jwt.Claims.Select(c => ($"{at}.claims.{c.Key}", c.Value, Plain)),
            ];
    }
}
