using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Deprovisioner.Worker.Tests.CrashSweep;

// Theory of operation. Stands between one process and PostgreSQL, and knows of the protocol (https://www.postgresql.org/docs/15/protocol-message-formats.html) just what tells where a transaction commits: the simple query
// COMMIT, or the Sync that ends statements outside of a transaction, where one of them writes. There it asks what shall happen.
// - Cut before: the message is not passed on and the connection ends, so the server rolls back.
// - Cut after: the message is passed on, the server's ReadyForQuery is awaited, and the connection ends before the client hears of it.
// So the product's own code is what meets the mishap, and nothing in it knows of the sweep.

/// <summary>What becomes of a commit.</summary>
internal enum CommitFate
{
    Passes,
    CutBefore,
    CutAfter,
}

/// <summary>Passes one process's connections on to PostgreSQL, and asks before each commit.</summary>
internal sealed partial class CommitRelay : IAsyncDisposable
{
    private const int CancelRequest = 80877102;
    private const int SslRequest = 80877103;
    private const int GssRequest = 80877104;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly int server;
    private readonly Task accepting;
    private CancellationTokenSource life = new();

    /// <param name="server">PostgreSQL's port.</param>
    public CommitRelay(int server)
    {
        this.server = server;
        listener.Start();
        accepting = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>With the tables written: what becomes of a commit, and who is told afterwards whether it changed anything.</summary>
    public Func<string, (CommitFate Fate, Action<bool> Done)> Asked { get; set; } = _ => (CommitFate.Passes, _ => { });

    /// <summary>The process is dead: ends every connection, and makes none any more.</summary>
    public void Cut() => life.Cancel();

    /// <summary>Another process has come.</summary>
    public void Open()
    {
        if (life.IsCancellationRequested)
        {
            life.Dispose();
            life = new CancellationTokenSource();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await life.CancelAsync();
        listener.Dispose();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        life.Dispose();
        stop.Dispose();
    }

    [GeneratedRegex(@"(?<locking>for |for no key )?\b(?:insert into|update|delete from)\s+(?<table>[a-z_]+)", RegexOptions.NonBacktracking)]
    private static partial Regex Writes();

    [GeneratedRegex("^(?:INSERT 0|UPDATE|DELETE) [1-9]", RegexOptions.NonBacktracking)]
    private static partial Regex Changes();

    private async Task Accept()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(Pass(await listener.AcceptTcpClientAsync(stop.Token)));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task Pass(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        try
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(life.Token);
            await far.ConnectAsync(IPAddress.Loopback, server, ended.Token);
            var connection = new Connection(near.GetStream(), far.GetStream(), tables => Asked(tables));
            if (await connection.Start(ended.Token))
            {
                var first = await Task.WhenAny(connection.FromClient(ended.Token), connection.FromServer(ended.Token));
                await ended.CancelAsync();
                await first;
            }
        }
        catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Both ends notice by themselves.
        }
    }

    private sealed class Connection(NetworkStream near, NetworkStream far, Func<string, (CommitFate Fate, Action<bool> Done)> asked)
    {
        private readonly Dictionary<string, string> statements = [];
        private readonly HashSet<string> written = [];
        private TaskCompletionSource? ready;
        private Action<bool>? done;
        private bool inTransaction;
        private volatile bool changed;

        /// <summary>False: it was no session.</summary>
        public async Task<bool> Start(CancellationToken cancellationToken)
        {
            while (true)
            {
                var head = new byte[8];
                await near.ReadExactlyAsync(head, cancellationToken);
                var code = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4));
                if (code is SslRequest or GssRequest)
                {
                    await near.WriteAsync("N"u8.ToArray(), cancellationToken);
                    continue;
                }

                var rest = new byte[BinaryPrimitives.ReadInt32BigEndian(head) - 8];
                await near.ReadExactlyAsync(rest, cancellationToken);
                await far.WriteAsync((byte[])[.. head, .. rest], cancellationToken);
                return code != CancelRequest;
            }
        }

        public async Task FromClient(CancellationToken cancellationToken)
        {
            while (true)
            {
                var message = await Message(near, cancellationToken);
                if (!Commits(message))
                {
                    await far.WriteAsync(message, cancellationToken);
                    continue;
                }

                var (fate, told) = asked(string.Join(", ", written.Order(StringComparer.Ordinal)));
                written.Clear();
                if (fate is CommitFate.CutBefore)
                {
                    return;
                }

                done = told;
                ready = fate is CommitFate.CutAfter ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
                await far.WriteAsync(message, cancellationToken);
                if (ready is { } waiting)
                {
                    await waiting.Task.WaitAsync(cancellationToken);
                    return;
                }
            }
        }

        public async Task FromServer(CancellationToken cancellationToken)
        {
            while (true)
            {
                var message = await Message(far, cancellationToken);
                if (message[0] == 'C')
                {
                    changed |= Changes().IsMatch(Text(message, 5));
                }
                else if (message[0] == 'Z')
                {
                    // I: outside of a transaction, T: in one.
                    if (message[5] == 'I')
                    {
                        Interlocked.Exchange(ref done, null)?.Invoke(changed);
                        changed = false;
                    }

                    if (ready is { } waiting && message[5] == 'I')
                    {
                        waiting.TrySetResult();
                        await Task.Delay(Timeout.Infinite, cancellationToken);
                    }
                }

                await near.WriteAsync(message, cancellationToken);
            }
        }

        private bool Commits(byte[] message)
        {
            switch ((char)message[0])
            {
                case 'P':
                    statements[Text(message, 5)] = Text(message, 5 + Text(message, 5).Length + 1);
                    return false;
                case 'B':
                    var sql = statements.GetValueOrDefault(Text(message, 5 + Text(message, 5).Length + 1), "");
                    written.UnionWith(Writes().Matches(sql).Where(match => !match.Groups["locking"].Success).Select(match => match.Groups["table"].Value).Where(table => table != "set"));
                    return false;
                case 'Q' when Text(message, 5).StartsWith("BEGIN", StringComparison.Ordinal):
                    (inTransaction, changed) = (true, false);
                    written.Clear();
                    return false;
                case 'Q' when Text(message, 5) is var query and ("COMMIT" or "ROLLBACK"):
                    inTransaction = false;
                    return query == "COMMIT";
                case 'S':
                    return !inTransaction && written.Count > 0;
                default:
                    return false;
            }
        }

        private static string Text(byte[] message, int from) => Encoding.UTF8.GetString(message, from, Array.IndexOf(message, (byte)0, from) - from);

        private static async Task<byte[]> Message(NetworkStream stream, CancellationToken cancellationToken)
        {
            var head = new byte[5];
            await stream.ReadExactlyAsync(head, cancellationToken);
            var message = new byte[1 + BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
            head.CopyTo(message, 0);
            await stream.ReadExactlyAsync(message.AsMemory(5), cancellationToken);
            return message;
        }
    }
}
