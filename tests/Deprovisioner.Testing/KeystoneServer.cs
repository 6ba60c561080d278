using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Deprovisioner.Testing;

/// <summary>A real OpenStack Keystone (Debian's python3-keystone) on a free port, with SQLite. What tests do to it goes by its own interface, with a client of their own.</summary>
public sealed class KeystoneServer : IDisposable
{
    public const string Admin = "admin";
    public const string Password = "keystone-admin-password";

    /// <summary>Keystone's own start script serves one request at a time, and drops the next: so by a server that it depends on anyway.</summary>
    private const string Serve = """
        import sys
        from keystone.server.wsgi import initialize_public_application
        from werkzeug.serving import run_simple
        sys.argv, port = sys.argv[:1], int(sys.argv[1])
        run_simple("127.0.0.1", port, initialize_public_application(), threaded=True)
        """;

    private readonly TemporaryFolder folder;
    private readonly ServerProcess process;
    private readonly HttpClient http = new();
    private string? token;

    private KeystoneServer(TemporaryFolder folder, ServerProcess process, int port) => (this.folder, this.process, Url) = (folder, process, $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/v3");

    /// <summary>The base of the service.</summary>
    public string Url { get; }

    public static async Task<KeystoneServer> StartAsync()
    {
        var home = new TemporaryFolder("keystone");
        var port = LoopbackPort.Free();
        Directory.CreateDirectory(home["fernet"]);
        Directory.CreateDirectory(home["credential"]);
        // The cache halves the time of a request. Of credentials it would keep the very thing from which Keystone takes what is encrypted out.
        var config = home.Write(
            "keystone.conf",
            $"[DEFAULT]\nuse_stderr = true\n[identity]\npassword_hash_rounds = 4\n[database]\nconnection = sqlite:///{home["keystone.db"]}\n[fernet_tokens]\nkey_repository = {home["fernet"]}\n[fernet_receipts]\nkey_repository = {home["fernet"]}\n[credential]\nkey_repository = {home["credential"]}\ncaching = false\n[cache]\nenabled = true\nbackend = dogpile.cache.memory\n");
        foreach (var command in new[] { "fernet_setup", "credential_setup" })
        {
            await ServerProcess.Run("keystone-manage", ["--config-file", config, command, "--keystone-user", Environment.UserName, "--keystone-group", Environment.UserName]);
        }

        // It ends with a complaint of its own after its work is done, and with 0.
        await ServerProcess.Run("keystone-manage", ["--config-file", config, "db_sync"]);

        // Else its own open read keeps it from writing: "database is locked".
        await ServerProcess.Run("/usr/bin/python3", ["-c", "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('pragma journal_mode=wal')", home["keystone.db"]]);
        await ServerProcess.Run("keystone-manage", ["--config-file", config, "bootstrap", "--bootstrap-username", Admin, "--bootstrap-password", Password, "--bootstrap-public-url", $"http://127.0.0.1:{port}/v3/"]);
        var started = ServerProcess.Start(
            "/usr/bin/python3", ["-c", Serve, port.ToString(CultureInfo.InvariantCulture)], new Dictionary<string, string?> { ["OS_KEYSTONE_CONFIG_FILES"] = config, ["OS_KEYSTONE_CONFIG_DIR"] = home[""] });
        var server = new KeystoneServer(home, started, port);
        try
        {
            await Eventually.True("Keystone to answer", server.Answers, TimeSpan.FromSeconds(60));
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Adds a user who is in a group and has a role on a project, and gives their id.</summary>
    public async Task<string> AddUserAsync(string name, string password = "leaver-password")
    {
        var user = await SendAsync(HttpMethod.Post, "users", new JsonObject { ["user"] = new JsonObject { ["name"] = name, ["password"] = password, ["domain_id"] = "default", ["email"] = $"{name}@example.test" } });
        var id = user!["user"]!["id"]!.GetValue<string>();
        var group = await SendAsync(HttpMethod.Post, "groups", new JsonObject { ["group"] = new JsonObject { ["name"] = $"{name}-group", ["domain_id"] = "default" } });
        await SendAsync(HttpMethod.Put, $"groups/{group!["group"]!["id"]}/users/{id}");
        var project = (await SendAsync(HttpMethod.Get, "projects?name=admin"))!["projects"]![0]!["id"]!.GetValue<string>();
        var role = (await SendAsync(HttpMethod.Get, "roles?name=member"))!["roles"]![0]!["id"]!.GetValue<string>();
        await SendAsync(HttpMethod.Put, $"projects/{project}/users/{id}/roles/{role}");
        return id;
    }

    /// <summary>Gives the user a key for EC2.</summary>
    public Task AddKeyAsync(string userId)
        => SendAsync(HttpMethod.Post, "credentials", new JsonObject { ["credential"] = new JsonObject { ["type"] = "ec2", ["user_id"] = userId, ["project_id"] = "p", ["blob"] = $$"""{"access": "{{Guid.NewGuid():N}}", "secret": "s"}""" } });

    /// <summary>Whether the password signs in.</summary>
    public async Task<bool> SignsInAsync(string name, string password = "leaver-password") => await TokenAsync(name, password, scoped: false) is not null;

    /// <summary>What the server says; null: 404.</summary>
    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonObject? body = null)
    {
        using var request = new HttpRequestMessage(method, $"{Url}/{path}") { Content = body is null ? null : Json(body) };
        request.Headers.Add("X-Auth-Token", token ??= await TokenAsync(Admin, Password, scoped: true) ?? throw new InvalidOperationException("The administrator cannot sign in."));
        using var answer = await http.SendAsync(request);
        if (answer.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }

        var text = await answer.Content.ReadAsStringAsync();
        return !answer.IsSuccessStatusCode ? throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}\n{string.Join((char)10, process.Output.Split((char)10).TakeLast(30))}") : text.Length == 0 ? null : JsonNode.Parse(text);
    }

    public void Dispose()
    {
        http.Dispose();
        process.Dispose();
        folder.Dispose();
    }

    private async Task<string?> TokenAsync(string name, string password, bool scoped)
    {
        var auth = new JsonObject
        {
            ["identity"] = new JsonObject
            {
                ["methods"] = new JsonArray("password"),
                ["password"] = new JsonObject { ["user"] = new JsonObject { ["name"] = name, ["domain"] = new JsonObject { ["id"] = "default" }, ["password"] = password } },
            },
        };
        if (scoped)
        {
            auth["scope"] = new JsonObject { ["system"] = new JsonObject { ["all"] = true } };
        }

        using var body = Json(new JsonObject { ["auth"] = auth });
        using var answer = await http.PostAsync($"{Url}/auth/tokens", body);
        return answer.IsSuccessStatusCode ? answer.Headers.GetValues("X-Subject-Token").First() : null;
    }

    /// <summary>With its length: Python's own server reads no body in chunks.</summary>
    private static StringContent Json(JsonObject body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");

    private async Task<bool> Answers()
    {
        try
        {
            using var answer = await http.GetAsync(Url);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException) when (!process.HasExited)
        {
            return false;
        }
    }
}
