using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Deprovisioner.Testing;

/// <summary>
/// A RabbitMQ broker of its own, on free ports, gone afterwards. It has its own Erlang port mapper too: the machine's would outlive the
/// test, and two tests would meet in it.
/// </summary>
public sealed class RabbitMqBroker : IAsyncDisposable
{
    private const string Binaries = "/usr/lib/rabbitmq/bin";

    /// <summary>rabbitmqctl takes two seconds of a processor; where many others want it, minutes.</summary>
    private static readonly TimeSpan ControlWithin = TimeSpan.FromMinutes(10);

    private readonly TemporaryFolder folder = new("rabbitmq");
    private readonly int mapperPort = LoopbackPort.Free();
    private readonly int distributionPort = LoopbackPort.Free();
    private readonly string node;
    private ServerProcess? mapper;
    private ServerProcess? broker;

    private RabbitMqBroker(IReadOnlyList<string> plugins) => (node, Plugins) = ($"test-{Port}@localhost", plugins);

    /// <summary>What was turned on, such as <c>rabbitmq_management</c>.</summary>
    public IReadOnlyList<string> Plugins { get; }

    /// <summary>The AMQP port.</summary>
    public int Port { get; } = LoopbackPort.Free();

    /// <summary>Where the management plugin listens, if it was asked for.</summary>
    public int ManagementPort { get; } = LoopbackPort.Free();

    /// <summary>Where the MQTT plugin listens, if it was asked for.</summary>
    public int MqttPort { get; } = LoopbackPort.Free();

    /// <summary>Where the stream plugin listens, if it was asked for.</summary>
    public int StreamPort { get; } = LoopbackPort.Free();

    /// <summary>The address, with the default user.</summary>
    public Uri Uri => new($"amqp://guest:guest@127.0.0.1:{Port}/");

    /// <summary>The broker's process id, while it runs.</summary>
    public int ProcessId => broker!.Id;

    /// <summary>What the broker has printed.</summary>
    public string Output => broker?.Output ?? "";

    /// <summary>A new broker, started; takes about five seconds.</summary>
    /// <param name="plugins">To be turned on: the management, MQTT and stream plugins listen on loopback; others as they are shipped.</param>
    public static async Task<RabbitMqBroker> StartNew(params string[] plugins)
    {
        var started = new RabbitMqBroker(plugins);
        try
        {
            started.Initialise();
            await started.Start();
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it where it was stopped; its queues and its port are the same.</summary>
    public async Task Start()
    {
        mapper ??= ServerProcess.Start("epmd", ["-port", Text(mapperPort), "-address", "127.0.0.1"]);
        await Eventually.True("the port mapper to answer", () => Answers(mapperPort, mapper));
        broker = ServerProcess.Start($"{Binaries}/rabbitmq-server", [], Environment(), folder.Path);

        // The listener opens last but for the plugins. A broker that was killed while it was busy, on a machine that is, recovers its queues first.
        foreach (var port in PluginPorts().Select(p => p.Port).Prepend(Port))
        {
            await Eventually.True("RabbitMQ to answer", () => Answers(port, broker), TimeSpan.FromMinutes(4));
        }
    }

    /// <summary>Ends it: in order, or at once as a crash does.</summary>
    public async Task Stop(bool crash = false)
    {
        if (broker is { HasExited: false })
        {
            broker.Signal(crash ? 9 : 15);
            await broker.Ended(TimeSpan.FromSeconds(60));
        }

        broker?.Dispose();
        broker = null;
    }

    public async Task Restart(bool crash = false)
    {
        await Stop(crash);
        await Start();
    }

    /// <summary>Empties every queue: what a broker that lost its disk looks like to those who use it. Messages under way to a consumer stay.</summary>
    public Task PurgeAll() => Control("eval", "[rabbit_amqqueue:purge(Q) || Q <- rabbit_amqqueue:list()].");

    /// <summary>Closes all connections from the broker's side.</summary>
    public Task CloseAllConnections() => Control("close_all_connections", "closed by a test");

    /// <summary>The number of messages in a queue, those under way to a consumer included; null: there is no such queue.</summary>
    public async Task<int?> Messages(string queue)
    {
        var table = await Control("-q", "list_queues", "--no-table-headers", "name", "messages");
        var line = table.Split('\n').Select(l => l.Split('\t')).FirstOrDefault(c => c[0] == queue);
        return line is null ? null : int.Parse(line[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Imports the shipped definitions into a virtual host, with the passwords put in by the shipped script.</summary>
    public async Task NewInstallation(string virtualHost)
    {
        var shipped = Repository.PathOf("deploy", "rabbitmq", "definitions.json");
        foreach (var user in JsonNode.Parse(await File.ReadAllTextAsync(shipped))!["users"]!.AsArray().Select(user => user!["name"]!.GetValue<string>()))
        {
            folder.Write(user, PasswordOf(user) + "\n");
        }

        var text = (await ServerProcess.Run(Repository.PathOf("deploy", "rabbitmq", "with-passwords.sh"), [shipped, folder.Path])).Output;
        var definitions = JsonNode.Parse(text)!.AsObject();
        foreach (var entry in definitions.Select(d => d.Value).OfType<JsonArray>().SelectMany(list => list).Select(entry => entry!.AsObject()).Where(entry => entry.ContainsKey("vhost")))
        {
            entry["vhost"] = virtualHost;
        }

        definitions["vhosts"]![0]!["name"] = virtualHost;
        await Control("import_definitions", folder.Write("definitions.json", definitions.ToJsonString()));
        await Eventually.True(
            "the definitions to be imported",
            async () => (await Control("-q", "list_bindings", "--no-table-headers", "-p", virtualHost, "source_name")).Split('\n').Count(line => line.Trim().Length > 0) >= definitions["bindings"]!.AsArray().Count);
    }

    /// <summary>On test brokers, each user's password follows from its name.</summary>
    public static string PasswordOf(string user) => $"password-of-{user}";

    /// <summary>The address of a virtual host, for a user of the definitions.</summary>
    public Uri UriAs(string user, string virtualHost) => new($"amqp://{user}:{PasswordOf(user)}@127.0.0.1:{Port}/{virtualHost}");

    /// <summary>Runs rabbitmqctl and gives what it printed.</summary>
    public async Task<string> Control(params string[] arguments)
        => (await ServerProcess.Run($"{Binaries}/rabbitmqctl", ["-n", node, .. arguments], Environment(), folder.Path, limit: ControlWithin)).Output;

    public async ValueTask DisposeAsync()
    {
        try
        {
            // Nothing in it is wanted any more: no orderly stop, which takes seconds.
            await Stop(crash: true);
        }
        finally
        {
            mapper?.Dispose();
            folder.Dispose();
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<bool> Answers(int port, ServerProcess server)
    {
        if (server.HasExited)
        {
            throw new InvalidOperationException($"It ended with {server.ExitCode}:\n{server.Output}");
        }

        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        return true;
    }

    private void Initialise()
    {
        folder.Write("enabled_plugins", $"[{string.Join(',', Plugins)}].\n");
        folder.Write("rabbitmq-env.conf", "");
        folder.Write("rabbitmq.conf", $"""
            listeners.tcp.local = 127.0.0.1:{Port}
            disk_free_limit.absolute = 50MB
            log.console = true
            log.console.level = warning
            log.file = false

            """ + string.Concat(PluginPorts().Select(p => $"{p.Setting}\n")));
        var cookie = folder.Write(".erlang.cookie", Guid.NewGuid().ToString("N"));
        File.SetUnixFileMode(cookie, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private IEnumerable<(int Port, string Setting)> PluginPorts()
    {
        if (Plugins.Contains("rabbitmq_management"))
        {
            yield return (ManagementPort, $"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {ManagementPort}");
        }

        if (Plugins.Contains("rabbitmq_mqtt"))
        {
            yield return (MqttPort, $"mqtt.listeners.tcp.local = 127.0.0.1:{MqttPort}");
        }

        if (Plugins.Contains("rabbitmq_stream"))
        {
            yield return (StreamPort, $"stream.listeners.tcp.local = 127.0.0.1:{StreamPort}");
        }
    }

    private Dictionary<string, string?> Environment() => new(StringComparer.Ordinal)
    {
        ["HOME"] = folder.Path,
        ["ERL_EPMD_PORT"] = Text(mapperPort),
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODENAME"] = node,
        ["RABBITMQ_NODE_PORT"] = Text(Port),
        ["RABBITMQ_DIST_PORT"] = Text(distributionPort),
        ["RABBITMQ_CONF_ENV_FILE"] = folder["rabbitmq-env.conf"],
        ["RABBITMQ_CONFIG_FILE"] = folder["rabbitmq.conf"],
        ["RABBITMQ_MNESIA_BASE"] = folder["mnesia"],
        ["RABBITMQ_LOG_BASE"] = folder["log"],
        ["RABBITMQ_LOGS"] = "-",
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = folder["enabled_plugins"],
        ["RABBITMQ_PID_FILE"] = folder["pid"],
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",

        // Makes the script replace itself by the broker, so that the process that was started is the broker.
        ["RUNNING_UNDER_SYSTEMD"] = "true",
        ["LANG"] = "C.UTF-8",
    };
}
