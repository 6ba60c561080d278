namespace Deprovisioner.Testing;

/// <summary>A Redis server of its own, on a free port, gone afterwards. Tests look at it with redis-cli.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    /// <summary>That of the user <c>default</c>.</summary>
    public const string Password = "default-of-the-test";

    private readonly TemporaryFolder folder = new("redis");
    private readonly RedisUsersIn usersIn;
    private ServerProcess? server;

    private RedisServer(RedisUsersIn usersIn) => this.usersIn = usersIn;

    public int Port { get; } = LoopbackPort.Free();

    /// <summary>The port that speaks TLS, where the server was started with it.</summary>
    public int TlsPort { get; } = LoopbackPort.Free();

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>The authority that signed the certificate for 127.0.0.1, and one of the same name that has signed nothing.</summary>
    public string Authority => folder["ca.pem"];

    public string OtherAuthority => folder["other-ca.pem"];

    /// <summary>What stands in the file that holds the users; empty where there is none.</summary>
    public string Stored => usersIn == RedisUsersIn.Memory ? "" : File.ReadAllText(Users);

    private string Users => folder[usersIn == RedisUsersIn.AclFile ? "data/users.acl" : "redis.conf"];

    /// <param name="tls">Whether it also listens on <see cref="TlsPort"/>.</param>
    public static async Task<RedisServer> StartNew(RedisUsersIn usersIn = RedisUsersIn.AclFile, bool tls = false, params string[] options)
    {
        var started = new RedisServer(usersIn);
        try
        {
            await started.Prepare(tls);
            await started.Start([.. tls ? started.TlsOptions : [], .. options]);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one command with redis-cli, as <c>default</c> unless told, and gives what it printed. A refusal is text too.</summary>
    public Task<string> Run(params string[] command) => RunAs("default", Password, command);

    public async Task<string> RunAs(string user, string password, params string[] command)
        => (await ServerProcess.Run("redis-cli", [.. Client(user), .. command], Secret(password), mayFail: true)).Output.Trim();

    /// <summary>Whether one can sign in.</summary>
    public async Task<bool> LetsIn(string user, string password) => !(await RunAs(user, password, "ACL", "WHOAMI")).Contains("WRONGPASS", StringComparison.Ordinal);

    /// <summary>A connection that stays until it is ended from one side, seen by the server: it waits for a key that never comes.</summary>
    public async Task<ServerProcess> Session(string user, string password)
    {
        var session = ServerProcess.Start("redis-cli", [.. Client(user), "BLPOP", "nothing", "0"], Secret(password));
        await Eventually.True("the session", async () => (await Run("CLIENT", "LIST")).Contains($" user={user} ", StringComparison.Ordinal));
        return session;
    }

    /// <summary>Ends it and starts it again, with what it has written down.</summary>
    public async Task Restart()
    {
        server!.Dispose();
        await Start([]);
    }

    /// <summary>It is gone, as a node that failed.</summary>
    public void Stop() => server!.Dispose();

    /// <summary>SIGSTOP and SIGCONT: it takes connections and answers nothing, and goes on.</summary>
    public void Freeze(bool frozen) => server!.Signal(frozen ? 19 : 18);


    /// <summary>Takes the folder away in which it keeps its files: nothing can be written there any more, not even by root.</summary>
    public void LoseFolder() => Directory.Delete(folder["data"], recursive: true);

    public ValueTask DisposeAsync()
    {
        server?.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Dictionary<string, string?> Secret(string password) => new() { ["REDISCLI_AUTH"] = password };

    private IEnumerable<string> TlsOptions => ["--tls-port", $"{TlsPort}", "--tls-cert-file", folder["server.pem"], "--tls-key-file", folder["server.key"], "--tls-ca-cert-file", folder["ca.pem"], "--tls-auth-clients", "no"];

    private IEnumerable<string> Client(string user) => ["-h", "127.0.0.1", "-p", $"{Port}", "--user", user, "--no-auth-warning"];

    private async Task Prepare(bool tls)
    {
        if (tls)
        {
            await Certificates.Make(folder);
        }

        Directory.CreateDirectory(folder["data"]);
        var user = $"user default on >{Password} ~* &* +@all\n";
        if (usersIn == RedisUsersIn.AclFile)
        {
            folder.Write("data/users.acl", user);
        }
        else if (usersIn == RedisUsersIn.ConfigFile)
        {
            folder.Write("redis.conf", user);
        }
    }

    private async Task Start(IEnumerable<string> options)
    {
        IEnumerable<string> users = usersIn switch
        {
            RedisUsersIn.AclFile => ["--aclfile", Users],
            RedisUsersIn.ConfigFile => [],
            _ => ["--requirepass", Password],
        };
        IEnumerable<string> file = usersIn == RedisUsersIn.ConfigFile ? [Users] : [];
        server = ServerProcess.Start(
            "redis-server", [.. file, "--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder["data"], .. users, .. options], folder: folder.Path);
        await Eventually.True("Redis to answer", async () => server.HasExited ? throw new InvalidOperationException(server.Output) : await Run("PING") == "PONG");
    }
}

/// <summary>Where a server's users stand.</summary>
public enum RedisUsersIn
{
    AclFile,
    ConfigFile,
    Memory,
}
