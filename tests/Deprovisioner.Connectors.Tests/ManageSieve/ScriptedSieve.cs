using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Deprovisioner.Connectors.Tests.ManageSieve;

/// <summary>A server that says what no real one says on demand, and keeps what it is told.</summary>
internal sealed class ScriptedSieve : IAsyncDisposable
{
    public const string Greeting = "\"IMPLEMENTATION\" \"Scripted\"\r\n\"SASL\" \"PLAIN\"\r\n\"SIEVE\" \"fileinto\"\r\n\"VERSION\" \"1.0\"\r\nOK\r\n";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly string greeting;
    private readonly Func<string, string?> answer;
    private readonly Task accepting;

    /// <param name="answer">To a line; null: it hangs up. Empty: it says nothing.</param>
    public ScriptedSieve(Func<string, string?> answer, string greeting = Greeting)
    {
        (this.answer, this.greeting) = (answer, greeting);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public ConcurrentQueue<string> Received { get; } = new();

    public int Connections { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(stop.Token);
            Connections++;
            _ = SpeakAsync(client);
        }
    }

    private async Task SpeakAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                await stream.WriteAsync(Encoding.UTF8.GetBytes(greeting), stop.Token);
                using var reader = new StreamReader(stream);
                while (await reader.ReadLineAsync(stop.Token) is { } line)
                {
                    Received.Enqueue(line);
                    if (answer(line) is not { } said)
                    {
                        return;
                    }

                    await stream.WriteAsync(Encoding.UTF8.GetBytes(said), stop.Token);
                }
            }
            catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException)
            {
                // The client went away, as it may.
            }
        }
    }
}
