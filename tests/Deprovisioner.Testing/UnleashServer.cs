using System.Globalization;
using System.Text.Json.Nodes;

namespace Deprovisioner.Testing;

/// <summary>A real Unleash (npm, open source) on a free port, on a PostgreSQL of its own. What tests do to it goes by its own interface, with a client of their own.</summary>
public sealed class UnleashServer : IAsyncDisposable
{
    /// <summary>The user with whom every new Unleash begins.</summary>
    public const string Admin = "admin";

    public const string Token = "*:*.token-of-the-administrator";

    /// <summary>The ids of root roles, which are the same in every Unleash.</summary>
    public const int Editor = 2, Viewer = 3;

    private readonly TemporaryFolder folder = new("unleash");
    private readonly PostgresServer postgres;
    private readonly int port;
    private readonly ProductApi api;
    private ServerProcess? process;

    private UnleashServer(PostgresServer postgres, int port)
    {
        (this.postgres, this.port) = (postgres, port);
        Url = $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";
        api = new ProductApi(Url, Token);
    }

    /// <summary>The base of the service.</summary>
    public string Url { get; }

    public static async Task<UnleashServer> StartAsync()
    {
        var packages = Repository.PathOf("tests", "Deprovisioner.Testing", "Unleash");
        await NodePackages.Install(packages);
        var node = await NodePackages.NewerNode();
        var server = new UnleashServer(await PostgresServer.StartNew(), LoopbackPort.Free());
        try
        {
            var program = Path.Combine(packages, "node_modules", "unleash-server", "dist", "server.js");
            server.process = ServerProcess.Start(node, [program], server.Settings(), server.folder[""]);
            await Eventually.True("Unleash to answer", () => server.api.AnswersAsync("health"), TimeSpan.FromSeconds(90));
            return server;
        }
        catch (Exception error)
        {
            var printed = server.process?.Output;
            await server.DisposeAsync();
            throw new InvalidOperationException($"Unleash did not start: {error.Message}\n{printed}", error);
        }
    }

    /// <summary>Adds an editor with a password, and gives their id.</summary>
    /// <param name="email">Unleash takes no domain of those that are for tests only; null: none.</param>
    public async Task<int> AddUserAsync(string name, string password = "leaver-Passw0rd", string? email = null)
    {
        var user = new JsonObject { ["username"] = name, ["name"] = name, ["rootRole"] = Editor, ["sendEmail"] = false, ["password"] = password };
        if (email is not null)
        {
            user["email"] = email;
        }

        return (await SendAsync(HttpMethod.Post, "user-admin", user))!["id"]!.GetValue<int>();
    }

    /// <summary>Whether the password signs in.</summary>
    public Task<bool> SignsInAsync(string name, string password = "leaver-Passw0rd")
        => api.LetsInAsync(HttpMethod.Post, "auth/simple/login", new JsonObject { ["username"] = name, ["password"] = password });

    /// <summary>The id of the root role; null: there is no such user.</summary>
    public async Task<int?> RootRoleAsync(string name)
        => (await SendAsync(HttpMethod.Get, "user-admin"))!["users"]!.AsArray().SingleOrDefault(user => user!["username"]?.GetValue<string>() == name)?["rootRole"]!.GetValue<int>();

    /// <summary>What the server says to the administrator below <c>/api/admin</c>; null: nothing, or 404.</summary>
    public Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonObject? body = null) => api.SendAsync(method, $"api/admin/{path}", body);

    public async ValueTask DisposeAsync()
    {
        api.Dispose();
        process?.Dispose();
        await postgres.DisposeAsync();
        folder.Dispose();
    }

    private Dictionary<string, string?> Settings() => new()
    {
        ["HTTP_HOST"] = "127.0.0.1",
        ["HTTP_PORT"] = port.ToString(CultureInfo.InvariantCulture),
        ["UNLEASH_URL"] = Url,
        ["DATABASE_URL"] = postgres.Address(),
        ["DATABASE_SSL"] = "false",
        ["INIT_ADMIN_API_TOKENS"] = Token,
        ["CHECK_VERSION"] = "false",
        ["SEND_TELEMETRY"] = "false",
        // Tests are quicker than people.
        ["CREATE_USER_RATE_LIMIT_PER_MINUTE"] = "10000",
        ["SIMPLE_LOGIN_LIMIT_PER_MINUTE"] = "10000",
        ["LOG_LEVEL"] = "warn",
        ["NODE_ENV"] = "production",
        ["HOME"] = folder[""],
    };
}
