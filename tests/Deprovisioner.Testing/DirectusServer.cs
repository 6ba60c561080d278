using System.Globalization;
using System.Text.Json.Nodes;

namespace Deprovisioner.Testing;

/// <summary>
/// A real Directus (npm) on a free port, on a PostgreSQL of its own. What tests do to it goes by its own interface, with a client of their own.
/// Its packages are those of its API; what no test reaches (the Studio, clouds for files, other databases, the sandbox for extensions, which would have to be compiled) is left out by the overrides in
/// its package.json: that halves the time to install. Directus 12 reports home however it is set unless a licence is bought (<c>telemetry_required</c> in its <c>@directus/license</c>), so it is the last 11.
/// </summary>
public sealed class DirectusServer : IAsyncDisposable
{
    public const string Admin = "admin@example.com";
    public const string Token = "static-token-of-the-administrator";

    private readonly TemporaryFolder folder = new("directus");
    private readonly PostgresServer postgres;
    private readonly int port;
    private readonly ProductApi api;
    private ServerProcess? process;

    private DirectusServer(PostgresServer postgres, int port)
    {
        (this.postgres, this.port) = (postgres, port);
        Url = $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";
        api = new ProductApi(Url, $"Bearer {Token}");
    }

    /// <summary>The base of the service.</summary>
    public string Url { get; }

    public static async Task<DirectusServer> StartAsync()
    {
        var packages = Repository.PathOf("tests", "Deprovisioner.Testing", "Directus");
        await NodePackages.Install(packages);
        var node = await NodePackages.NewerNode();
        var server = new DirectusServer(await PostgresServer.StartNew(), LoopbackPort.Free());
        try
        {
            // Not by the package's own command line, which asks the registry for newer versions first.
            var program = Path.Combine(packages, "node_modules", "@directus", "api", "dist", "cli", "run.js");
            await ServerProcess.Run(node, [program, "bootstrap"], server.Settings(), server.folder[""]);
            server.process = ServerProcess.Start(node, [program, "start"], server.Settings(), server.folder[""]);
            await Eventually.True("Directus to answer", () => server.api.AnswersAsync("server/ping"), TimeSpan.FromSeconds(60));
            return server;
        }
        catch (Exception error)
        {
            var printed = server.process?.Output;
            await server.DisposeAsync();
            throw new InvalidOperationException($"Directus did not start: {error.Message}\n{printed}", error);
        }
    }

    /// <summary>Adds a user who has a role and a policy besides, a password, and a static token, and gives their id. The user's name stands in the external identifier.</summary>
    public async Task<string> AddUserAsync(string name, string password = "leaver-password")
    {
        var role = (await SendAsync(HttpMethod.Post, "roles", new JsonObject { ["name"] = $"{name}-role" }))!["data"]!["id"]!.GetValue<string>();
        var policy = (await SendAsync(HttpMethod.Post, "policies", new JsonObject { ["name"] = $"{name}-policy" }))!["data"]!["id"]!.GetValue<string>();
        var user = new JsonObject
        {
            ["email"] = Address(name),
            ["external_identifier"] = name,
            ["password"] = password,
            ["token"] = TokenOf(name),
            ["role"] = role,
        };
        var id = (await SendAsync(HttpMethod.Post, "users", user))!["data"]!["id"]!.GetValue<string>();
        await SendAsync(HttpMethod.Post, "access", new JsonObject { ["user"] = id, ["policy"] = policy });
        return id;
    }

    /// <summary>Where the user signs in with. Directus takes no domain of those that are for tests only.</summary>
    public static string Address(string name) => $"{name}@example.com";

    /// <summary>Whether the password signs in.</summary>
    public Task<bool> SignsInAsync(string name, string password = "leaver-password")
        => api.LetsInAsync(HttpMethod.Post, "auth/login", new JsonObject { ["email"] = Address(name), ["password"] = password });

    /// <summary>Whether the user's static token is taken.</summary>
    public Task<bool> TakesTokenAsync(string name) => LetsInAsync(TokenOf(name));

    /// <summary>Signs in as the Studio does, and gives the session (<see href="https://directus.io/docs/guides/connect/authentication">session cookies</see>).</summary>
    public Task<string> OpenStudioAsync(string name, string password = "leaver-password")
        => api.CookieAsync("directus_session_token", "auth/login", new JsonObject { ["email"] = Address(name), ["password"] = password, ["mode"] = "session" });

    /// <summary>Signs in as a program does, and gives the access token.</summary>
    public async Task<string> AccessTokenAsync(string name, string password = "leaver-password")
        => (await SendAsync(HttpMethod.Post, "auth/login", new JsonObject { ["email"] = Address(name), ["password"] = password }))!["data"]!["access_token"]!.GetValue<string>();

    /// <summary>Whether a token or a session is taken.</summary>
    public Task<bool> LetsInAsync(string token) => api.LetsInAsync(HttpMethod.Get, "users/me", own: $"Bearer {token}");

    /// <summary>The user as the administrator sees them, by a name; null: there is none.</summary>
    public async Task<JsonObject?> UserAsync(string name)
        => (await SendAsync(HttpMethod.Get, $"users?filter[external_identifier][_eq]={name}&fields=id,status,role,token,password,policies.policy"))!["data"]!.AsArray().SingleOrDefault()?.AsObject();

    /// <summary>What the server says to the administrator; null: nothing, or 404.</summary>
    public Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonObject? body = null) => api.SendAsync(method, path, body);

    public async ValueTask DisposeAsync()
    {
        api.Dispose();
        process?.Dispose();
        await postgres.DisposeAsync();
        folder.Dispose();
    }

    private static string TokenOf(string name) => $"static-token-of-{name}";

    private Dictionary<string, string?> Settings() => new()
    {
        ["HOST"] = "127.0.0.1",
        ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
        ["PUBLIC_URL"] = Url,
        ["DB_CLIENT"] = "pg",
        ["DB_CONNECTION_STRING"] = postgres.Address(),
        ["SECRET"] = "signs-the-access-tokens-of-the-test",
        ["ADMIN_EMAIL"] = Admin,
        ["ADMIN_PASSWORD"] = "administrator-password",
        ["ADMIN_TOKEN"] = Token,
        ["TELEMETRY"] = "false",
        ["SERVE_APP"] = "false",
        ["LOGIN_STALL_TIME"] = "0",
        ["PM2_HOME"] = folder["pm2"],
        ["HOME"] = folder[""],
    };
}
