using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Deprovisioner.Testing;

/// <summary>
/// An OpenID provider that somebody else wrote (npm oidc-provider), on a free port of this machine. People are <c>olga</c> (operates and approves), <c>vera</c> (sees), <c>anton</c> (audits) and <c>nobody</c> (has no role), each with their name as password;
/// programs are <c>hris</c> (publishes) and <c>robot</c> (whose tokens are for another service).
/// Needs Node.js 18 or later with npm; its packages are installed beside its source once.
/// </summary>
public sealed class OidcProvider : IDisposable
{
    public const string ClientId = "deprovisioner-console";

    private readonly ServerProcess process;
    private readonly HttpClient http = new();

    private OidcProvider(ServerProcess process, string port, string secret)
        => (this.process, Authority, Secret) = (process, new Uri($"http://127.0.0.1:{port}"), secret);

    /// <summary>The issuer.</summary>
    public Uri Authority { get; }

    /// <summary>What the console, and each program, shows at the token endpoint.</summary>
    public string Secret { get; }

    /// <param name="console">The one address to which people are led back.</param>
    public static async Task<OidcProvider> Start(Uri console)
    {
        var folder = Repository.PathOf("tests", "Deprovisioner.Testing", "Oidc");
        await NodePackages.Install(folder);
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var started = ServerProcess.Start("node", ["provider.mjs"], new Dictionary<string, string?> { ["CONSOLE"] = console.GetLeftPart(UriPartial.Authority), ["CLIENT_SECRET"] = secret }, folder);
        try
        {
            return new OidcProvider(started, await Eventually.Value("the OpenID provider to listen", () => Task.FromResult(ScimServer.ListeningPort(started))), secret);
        }
        catch
        {
            started.Dispose();
            throw;
        }
    }

    /// <summary>The console's settings that let people of this provider in.</summary>
    public IReadOnlyDictionary<string, string> ConsoleSettings() => new Dictionary<string, string>
    {
        ["Deprovisioner:Console:Oidc:Authority"] = Authority.ToString(),
        ["Deprovisioner:Console:Oidc:AllowHttp"] = "true",
        ["Deprovisioner:Console:Oidc:ClientId"] = ClientId,
        ["Deprovisioner:Console:Oidc:ClientSecret"] = Secret,
        ["Deprovisioner:Console:Oidc:Roles:operator:0"] = "access-operators",
        ["Deprovisioner:Console:Oidc:Roles:approver:0"] = "access-approvers",
    };

    /// <summary>A program's access token (RFC 6749, section 4.4; RFC 9068).</summary>
    public async Task<string> TokenOf(string program)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Authority, "/token")) { Content = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "client_credentials")]) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{program}:{Secret}")));
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)!["access_token"]!.GetValue<string>() : throw new InvalidOperationException($"No token for {program}: {(int)answer.StatusCode} {text}");
    }

    public void Dispose()
    {
        http.Dispose();
        process.Dispose();
    }
}
