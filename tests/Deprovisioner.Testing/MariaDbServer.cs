namespace Deprovisioner.Testing;

/// <summary>A MariaDB server of its own, on a free port, with TLS, gone afterwards. Tests look at it with its own client.</summary>
public sealed class MariaDbServer : IAsyncDisposable
{
    /// <summary>Root's.</summary>
    public const string Password = "root-of-the-test";

    private readonly TemporaryFolder folder = new("mariadb");
    private ServerProcess? server;

    public int Port { get; } = LoopbackPort.Free();

    /// <summary>The authority that signed the server's certificate for 127.0.0.1.</summary>
    public string Authority => folder["ca.pem"];

    /// <summary>An authority of the same name that has signed nothing.</summary>
    public string OtherAuthority => folder["other-ca.pem"];

    public static async Task<MariaDbServer> StartNew(params string[] options)
    {
        var started = new MariaDbServer();
        try
        {
            await started.Start(options);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>A MySqlConnector connection string.</summary>
    public string ConnectionString(string user = "root", string password = Password, string more = "")
        => $"Server=127.0.0.1;Port={Port};User ID={user};Password={password};{more}";

    /// <summary>Runs SQL with the server's own client, as root unless told, and gives what it printed: a line a row, tabs between columns.</summary>
    public async Task<string> Run(string sql, string user = "root", string password = Password)
    {
        var (code, output) = await ServerProcess.Run("mariadb", Client(user, sql), Secret(password), mayFail: true);
        return code == 0 ? output.Trim() : throw new InvalidOperationException(server is { HasExited: true } ? $"The server has ended:\n{server.Output}" : output);
    }

    /// <summary>Whether one can sign in over the network.</summary>
    public async Task<bool> LetsIn(string user, string password)
        => (await ServerProcess.Run("mariadb", Client(user, "select 1"), Secret(password), mayFail: true)).ExitCode == 0;

    /// <summary>A session that stays until it is ended from one side, seen by the server.</summary>
    public async Task<ServerProcess> Session(string user, string password)
    {
        var session = ServerProcess.Start("mariadb", Client(user, "select sleep(600)"), Secret(password));
        var hex = Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(user));
        await Eventually.True("the session", async () => await Run($"select count(*) > 0 from information_schema.processlist where hex(user) = '{hex}' and command = 'Query'") == "1");
        return session;
    }

    /// <summary>SIGSTOP and SIGCONT: it takes connections and answers nothing, and goes on.</summary>
    public void Freeze(bool frozen) => server!.Signal(frozen ? 19 : 18);

    public ValueTask DisposeAsync()
    {
        server?.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Dictionary<string, string?> Secret(string password) => new() { ["MYSQL_PWD"] = password };

    private async Task Start(string[] options)
    {
        await Certificates.Make(folder);
        File.SetUnixFileMode(folder["server.key"], (UnixFileMode)0b110_100_100);
        var data = folder["data"];

        // One of its own: a server that starts deletes every temporary table in its folder, those of another running server too.
        Directory.CreateDirectory(folder["tmp"]);
        File.SetUnixFileMode(folder["tmp"], (UnixFileMode)0b111_111_111);
        var environment = new Dictionary<string, string?> { ["TMPDIR"] = folder["tmp"] };

        // It refuses to run as root; anybody else runs it as themselves.
        string[] user = Environment.IsPrivilegedProcess ? ["--user=mysql"] : [];
        await ServerProcess.Run("mariadb-install-db", ["--no-defaults", $"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve", .. user], environment);
        var first = folder.Write("first.sql", $"alter user root@localhost identified by '{Password}';\nalter user root@'127.0.0.1' identified by '{Password}';\n");
        server = ServerProcess.Start(
            "mariadbd",
            [
                "--no-defaults", $"--datadir={data}", $"--socket={Path.Combine(data, "server.sock")}", $"--pid-file={Path.Combine(data, "server.pid")}", $"--port={Port}", "--bind-address=127.0.0.1",
                "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", "--skip-log-bin", "--performance-schema=OFF", $"--init-file={first}",
                $"--ssl-ca={folder["ca.pem"]}", $"--ssl-cert={folder["server.pem"]}", $"--ssl-key={folder["server.key"]}", .. user, .. options,
            ],
            environment,
            folder.Path);
        await Eventually.True("MariaDB to answer", async () => server.HasExited ? throw new InvalidOperationException(server.Output) : await Run("select 1") == "1");
    }

    private IEnumerable<string> Client(string user, string sql)
        => ["--no-defaults", "--protocol=tcp", "--host=127.0.0.1", $"--port={Port}", $"--user={user}", "--default-character-set=utf8mb4", "--batch", "--raw", "--skip-column-names", "--init-command=set sql_mode=''", $"--execute={sql}"];
}
