using System.Globalization;
using Npgsql;

namespace Deprovisioner.Testing;

/// <summary>A PostgreSQL server of its own, on a free port, gone afterwards. Its superuser is <c>postgres</c> with a password.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The superuser's password.</summary>
    public const string Password = "superuser-of-the-test";

    private readonly TemporaryFolder folder = new("postgres");
    private readonly string binaries = Newest("/usr/lib/postgresql");
    private readonly string? place;
    private ServerProcess? server;

    private PostgresServer(string? place) => this.place = place;

    public int Port { get; } = LoopbackPort.Free();

    /// <summary>The postmaster's process id, while it runs; the server's other processes are its children.</summary>
    public int ProcessId => server!.Id;

    /// <summary>What the server has printed.</summary>
    public string Output => server?.Output ?? "";

    /// <summary>Whether it was started and has not ended, be it by itself.</summary>
    public bool IsRunning => server is { HasExited: false };

    /// <summary>A new cluster, started. fsync is off unless a test is about durability: the disk's speed is not what tests are about.</summary>
    /// <param name="place">An empty folder for its data, such as a small disk that can be filled; null: one of its own.</param>
    public static async Task<PostgresServer> StartNew(bool durable = false, IReadOnlyDictionary<string, string>? settings = null, string? place = null)
    {
        var started = new PostgresServer(place);
        try
        {
            await started.Initialise(durable, settings ?? new Dictionary<string, string>());
            await started.Start();
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>An Npgsql connection string.</summary>
    public string ConnectionString(string database = "postgres", string user = "postgres", string password = Password)
        => new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Database = database,
            Username = user,
            Password = password,
            Timeout = 10,
            IncludeErrorDetail = true,
        }.ConnectionString;

    /// <summary>The superuser's way in as a URI, for programs that are not of .NET (<see href="https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING">libpq</see>).</summary>
    public string Address(string database = "postgres") => $"postgres://postgres:{Password}@127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/{database}";

    /// <summary>Creates a database of its own for a test and gives its connection string.</summary>
    public async Task<string> NewDatabase(string name)
    {
        await Execute($"create database \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        return ConnectionString(name);
    }

    /// <summary>Creates a database with the roles of an installation, as an administrator does: by psql with the shipped file. Each role's password is its name.</summary>
    public async Task NewInstallation(string database)
    {
        await Psql(Repository.PathOf("deploy", "postgres", "roles.sql"), ("database", database));
        foreach (var role in DatabaseRole.All)
        {
            await Execute($"alter role {role} password '{role}'");
        }
    }

    /// <summary>A whole database as SQL, by pg_dump under the user of a connection string of this server's.</summary>
    public async Task<string> Dump(string connectionString)
    {
        var who = new NpgsqlConnectionStringBuilder(connectionString);
        return (await ServerProcess.Run($"{binaries}/pg_dump", ["-d", who.Database!], Client(who.Username!, who.Password!))).Output;
    }

    /// <summary>Runs a file with psql as the superuser. Gives what it printed.</summary>
    public async Task<string> Psql(string file, params (string Name, string Value)[] variables)
        => (await ServerProcess.Run(
            $"{binaries}/psql",
            ["-X", "-q", "-v", "ON_ERROR_STOP=1", .. variables.SelectMany(v => new[] { "-v", $"{v.Name}={v.Value}" }), "-d", "postgres", "-f", file],
            Client("postgres", Password))).Output;

    /// <summary>Runs SQL as the superuser.</summary>
    public async Task Execute(string sql, string database = "postgres")
    {
        await using var connection = await Open(database);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row, asked as the superuser.</summary>
    public async Task<T?> Scalar<T>(string sql, string database = "postgres")
    {
        await using var connection = await Open(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>The lines of a file in the data folder, such as a log that a test asked for by settings.</summary>
    public async Task<IReadOnlyList<string>> LogLines(string path) => await File.ReadAllLinesAsync(Path.Combine(Data, path));

    /// <summary>Starts it where it was stopped; its data and its port are the same.</summary>
    public async Task Start()
    {
        server = ServerProcess.Start(Unprivileged.Program($"{binaries}/postgres"), Unprivileged.Arguments($"{binaries}/postgres", ["-D", Data]));
        await Eventually.True(
            "PostgreSQL to answer",
            async () =>
            {
                if (server.HasExited)
                {
                    throw new InvalidOperationException(server.Output);
                }

                await using var connection = await Open("postgres");
                return true;
            });
    }

    /// <summary>Ends it: with SIGINT (fast shutdown), or with SIGQUIT as a crash does (recovery at the next start).</summary>
    public async Task Stop(bool crash = false)
    {
        if (server is { HasExited: false })
        {
            server.Signal(crash ? 3 : 2);
            await server.Ended(TimeSpan.FromSeconds(30));
        }

        server?.Dispose();
        server = null;
        NpgsqlConnection.ClearAllPools();
    }

    public async Task Restart(bool crash = false)
    {
        await Stop(crash);
        await Start();
    }

    /// <summary>Freezes the postmaster: new connections hang. <see cref="Thaw"/> lets it go on.</summary>
    public void Freeze() => server!.Signal(19);

    public void Thaw() => server!.Signal(18);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (server is { HasExited: false })
            {
                Thaw();
                await Stop();
            }
        }
        finally
        {
            server?.Dispose();
            folder.Dispose();
        }
    }

    private string Data => place is null ? folder["data"] : Path.Combine(place, "data");

    private Dictionary<string, string?> Client(string user, string password)
        => new() { ["PGHOST"] = "127.0.0.1", ["PGPORT"] = Port.ToString(CultureInfo.InvariantCulture), ["PGUSER"] = user, ["PGPASSWORD"] = password };

    private static string Newest(string versions)
        => Directory.GetDirectories(versions).OrderByDescending(d => d, StringComparer.Ordinal).Select(d => Path.Combine(d, "bin")).First(d => File.Exists(Path.Combine(d, "postgres")));

    private async Task Initialise(bool durable, IReadOnlyDictionary<string, string> settings)
    {
        Directory.CreateDirectory(Data);
        await Unprivileged.Own(Data);
        var password = folder.Write("password", Password);
        var initdb = $"{binaries}/initdb";
        await ServerProcess.Run(
            Unprivileged.Program(initdb),
            Unprivileged.Arguments(initdb, ["-D", Data, "-U", "postgres", "--auth=scram-sha-256", $"--pwfile={password}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]));
        var lines = new List<string>
        {
            $"port = {Port}",
            "listen_addresses = '127.0.0.1'",
            "unix_socket_directories = ''",
            $"fsync = {(durable ? "on" : "off")}",
            $"synchronous_commit = {(durable ? "on" : "off")}",
            $"full_page_writes = {(durable ? "on" : "off")}",
            "max_connections = 200",
            "shared_buffers = 64MB",
        };
        lines.AddRange(settings.Select(s => $"{s.Key} = {s.Value}"));
        await File.AppendAllLinesAsync(Path.Combine(Data, "postgresql.conf"), lines);
    }

    private async Task<NpgsqlConnection> Open(string database)
    {
        var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
