using System.Net;
using System.Net.Sockets;

namespace Deprovisioner.Testing;

/// <summary>Passes connections on from one loopback port to another, from when it is started until it is disposed.</summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;

    private TcpRelay(int from, int to)
    {
        listener = new TcpListener(IPAddress.Loopback, from);
        listener.Start();
        accepting = Accept(to);
    }

    public static TcpRelay Start(int from, int to) => new(from, to);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task Accept(int to)
    {
        while (!stop.IsCancellationRequested)
        {
            _ = Pass(await listener.AcceptTcpClientAsync(stop.Token), to);
        }
    }

    private async Task Pass(TcpClient client, int to)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, to, stop.Token);
                var (near, far) = (client.GetStream(), server.GetStream());
                await Task.WhenAny(near.CopyToAsync(far, stop.Token), far.CopyToAsync(near, stop.Token));
            }
            catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException)
            {
                // A broken connection is what both ends will notice by themselves.
            }
        }
    }
}
