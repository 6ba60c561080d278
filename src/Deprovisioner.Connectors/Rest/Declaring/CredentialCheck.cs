using Deprovisioner.Connectors.Rest.Rendering;

namespace Deprovisioner.Connectors.Rest.Declaring;

/// <summary>How requests prove who sends them: see <see cref="DeclarationCheck"/>.</summary>
internal static class CredentialCheck
{
    private const string Path = "server.credential";

    private static readonly string[] Algorithms = ["RS256", "ES256", "HS256"];

    public static void Check(Declaration declaration, DeclarationFaults faults)
    {
        var credential = declaration.Server.Credential;
        if (new object?[] { credential.Bearer, credential.Basic, credential.Oauth2, credential.Jwt, credential.Login }.Count(c => c is not null) > 1)
        {
            faults.Add(Path, "there are several credentials", "keep one of bearer, basic, oauth2, jwt and login");
        }

        foreach (var (at, template, sources) in Templates(declaration.Server))
        {
            foreach (var value in template.Values.Where(v => !sources.Contains(v.Source) || (v.Source == "settings" && !declaration.Settings.ContainsKey(v.Key))))
            {
                faults.Add(at, $"{{{value.Text}}} is not known here", "declare it under settings, and write {settings.…}");
            }
        }

        foreach (var (at, jwt) in new[] { ($"{Path}.jwt", credential.Jwt), ($"{Path}.oauth2.assertion", credential.Oauth2?.Assertion) })
        {
            if (jwt is not null && !Algorithms.Contains(jwt.Algorithm))
            {
                faults.Add($"{at}.algorithm", $"'{jwt.Algorithm}' is not known", $"write one of: {string.Join(", ", Algorithms)}");
            }
        }

        if (credential.Login is { } login && login.Token is null == login.TokenHeader is null)
        {
            faults.Add($"{Path}.login", "it is not said where the token stands", "write either token: or tokenHeader:");
        }

        if (credential.Oauth2 is { Grant: "refresh-token", RefreshToken: null })
        {
            faults.Add($"{Path}.oauth2", "the refresh token is missing", "write refreshToken:");
        }

        if (credential.Oauth2 is { Grant: "jwt-bearer", Assertion: null })
        {
            faults.Add($"{Path}.oauth2", "the assertion is missing", "write assertion:");
        }
    }

    private static IEnumerable<(string At, Template Template, string[] Sources)> Templates(DeclaredServer server)
    {
        var credential = server.Credential;
        string[] plain = ["settings"];
        string[] withToken = ["settings", "token"];
        return
        [
            .. server.Headers.Select(h => ($"server.headers.{h.Key}", h.Value, plain)),
            .. Of($"{Path}.bearer", credential.Bearer),
            .. Of($"{Path}.basic.user", credential.Basic?.User),
            .. Of($"{Path}.basic.password", credential.Basic?.Password),
            .. OfJwt($"{Path}.jwt", credential.Jwt),
            .. Of($"{Path}.oauth2.tokenUrl", credential.Oauth2?.TokenUrl),
            .. Of($"{Path}.oauth2.clientId", credential.Oauth2?.ClientId),
            .. Of($"{Path}.oauth2.clientSecret", credential.Oauth2?.ClientSecret),
            .. Of($"{Path}.oauth2.refreshToken", credential.Oauth2?.RefreshToken),
            .. Of($"{Path}.oauth2.scope", credential.Oauth2?.Scope),
            .. (credential.Oauth2?.Parameters ?? new Dictionary<string, Template>()).Select(p => ($"{Path}.oauth2.parameters.{p.Key}", p.Value, plain)),
            .. OfJwt($"{Path}.oauth2.assertion", credential.Oauth2?.Assertion),
            .. Of($"{Path}.certificate.certificate", credential.Certificate?.Certificate),
            .. Of($"{Path}.certificate.key", credential.Certificate?.Key),
            .. credential.Headers.Select(h => ($"{Path}.headers.{h.Key}", h.Value, withToken)),
            .. credential.Query.Select(q => ($"{Path}.query.{q.Key}", q.Value, withToken)),
        ];

        IEnumerable<(string, Template, string[])> Of(string at, Template? template) => template is null ? [] : [(at, template, plain)];

        IEnumerable<(string, Template, string[])> OfJwt(string at, DeclaredJwt? jwt)
            => jwt is null ? [] :
            [
                .. Of($"{at}.key", jwt.Key), .. Of($"{at}.keyId", jwt.KeyId), .. Of($"{at}.issuer", jwt.Issuer), .. Of($"{at}.subject", jwt.Subject), .. Of($"{at}.audience", jwt.Audience),
                .. jwt.Claims.Select(c => ($"{at}.claims.{c.Key}", c.Value, plain)),
            ];
    }
}
