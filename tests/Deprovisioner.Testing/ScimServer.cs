using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Deprovisioner.Testing;

/// <summary>
/// A SCIM 2.0 server that somebody else wrote (npm scimmy with scimmy-routers), on a free port of this machine, empty at first, in memory.
/// Needs Node.js 18 or later with npm; its packages are installed beside its source once.
/// </summary>
public sealed class ScimServer : IDisposable
{
    private readonly ServerProcess process;

    private ScimServer(ServerProcess process, int port, string token)
    {
        this.process = process;
        (Url, Token) = ($"http://127.0.0.1:{port}/scim/v2", token);
        Http = new HttpClient { BaseAddress = new Uri(Url + "/") };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The base of the service.</summary>
    public string Url { get; }

    /// <summary>The one bearer token that is let in.</summary>
    public string Token { get; }

    /// <summary>A client of the test's own, so that what a connector says can be compared with what the server says.</summary>
    public HttpClient Http { get; }

    public static async Task<ScimServer> StartAsync()
    {
        var folder = Folder();
        await NodePackages.Install(folder);
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var started = ServerProcess.Start("node", ["server.mjs"], new Dictionary<string, string?> { ["SCIM_TOKEN"] = token }, folder);
        try
        {
            return new ScimServer(started, int.Parse(await Eventually.Value("the SCIM server to listen", () => Task.FromResult(ListeningPort(started)))), token);
        }
        catch
        {
            started.Dispose();
            throw;
        }
    }

    /// <summary>Adds a user through SCIM itself and gives its id.</summary>
    public Task<string> AddUserAsync(string userName, Action<JsonObject>? more = null)
    {
        var user = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:User"),
            ["userName"] = userName,
            ["active"] = true,
        };
        more?.Invoke(user);
        return AddAsync("Users", user);
    }

    /// <summary>Adds a group through SCIM itself and gives its id.</summary>
    public Task<string> AddGroupAsync(string displayName, params string[] userIds)
        => AddAsync("Groups", new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Group"),
            ["displayName"] = displayName,
            ["members"] = new JsonArray([.. userIds.Select(id => new JsonObject { ["value"] = id })]),
        });

    /// <summary>A resource as the server shows it (<c>Users/id</c>); null: it says 404.</summary>
    public async Task<JsonObject?> GetAsync(string path)
    {
        using var answer = await Http.GetAsync(new Uri(path, UriKind.Relative));
        if (answer.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }

        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
    }

    public void Dispose()
    {
        Http.Dispose();
        process.Dispose();
    }

    /// <summary>Where the server's source and its packages are.</summary>
    internal static string Folder() => Repository.PathOf("tests", "Deprovisioner.Testing", "Scim");

    /// <summary>Null: it does not listen yet.</summary>
    internal static string? ListeningPort(ServerProcess server)
    {
        if (server.HasExited)
        {
            throw new InvalidOperationException($"It ended with {server.ExitCode}:\n{server.Output}");
        }

        return server.Output.Split('\n').FirstOrDefault(line => line.StartsWith("listening ", StringComparison.Ordinal)) is { } line ? line.Split(' ')[1] : null;
    }

    private async Task<string> AddAsync(string collection, JsonObject resource)
    {
        using var body = new StringContent(resource.ToJsonString(), new MediaTypeHeaderValue("application/scim+json"));
        using var answer = await Http.PostAsync(new Uri(collection, UriKind.Relative), body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(text)!["id"]!.GetValue<string>()
            : throw new InvalidOperationException($"Adding to {collection}: {(int)answer.StatusCode} {text}");
    }
}
