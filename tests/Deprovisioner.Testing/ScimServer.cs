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
    private const string Remedy = "The SCIM test server needs Node.js 18 or later and npm on PATH: apt-get install nodejs npm.";

    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(5);

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
        await RequireNodeAsync();
        await InstallAsync(folder);
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
    internal static string Folder() => Path.Combine(SourceFolder(), "tests", "Deprovisioner.Testing", "Scim");

    /// <summary>Null: it does not listen yet.</summary>
    internal static string? ListeningPort(ServerProcess server)
    {
        if (server.HasExited)
        {
            throw new InvalidOperationException($"It ended with {server.ExitCode}:\n{server.Output}");
        }

        return server.Output.Split('\n').FirstOrDefault(line => line.StartsWith("listening ", StringComparison.Ordinal)) is { } line ? line.Split(' ')[1] : null;
    }

    private static async Task RequireNodeAsync()
    {
        var version = (await RunAsync("node", ["--version"])).Trim();
        if (int.Parse(version.TrimStart('v').Split('.')[0]) < 18)
        {
            throw new InvalidOperationException($"{Remedy} Found {version}.");
        }
    }

    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string? folder = null)
    {
        try
        {
            return (await ServerProcess.Run(program, arguments, folder: folder, limit: InstallLimit)).Output;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new InvalidOperationException($"{Remedy} There is no {program}.", error);
        }
    }

    // Once per lock file, though several test processes may start at the same time: the file lock lets one install and the others wait.
    private static async Task InstallAsync(string folder)
    {
        var modules = Path.Combine(folder, "node_modules");
        var stamp = Path.Combine(modules, ".installed-" + Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(folder, "package-lock.json"))))[..16]);
        if (File.Exists(stamp))
        {
            return;
        }

        var scratch = Directory.CreateDirectory(Path.Combine(folder, "..", "obj")).FullName;
        await using var turn = await Eventually.Value(
            "another test process to install the SCIM server's packages",
            () => Task.FromResult<FileStream?>(new FileStream(Path.Combine(scratch, "scim-install.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)),
            InstallLimit);
        if (!File.Exists(stamp))
        {
            await RunAsync("npm", ["ci", "--no-progress"], folder);
            await File.WriteAllTextAsync(stamp, "");
        }
    }

    private static string SourceFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Deprovisioner.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the source tree: Deprovisioner.sln is not above them.");
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
