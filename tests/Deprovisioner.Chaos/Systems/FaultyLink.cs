using System.Net;
using System.Net.Sockets;

namespace Deprovisioner.Chaos.Systems;

/// <summary>What a connection to a system suffers from.</summary>
internal enum LinkFault
{
    None,

    /// <summary>Nobody listens, and what was open is cut.</summary>
    Down,

    /// <summary>Connections are taken, and nothing passes.</summary>
    Silent,

    /// <summary>Each portion of bytes takes its time.</summary>
    Slow,

    /// <summary>What is asked arrives and is done; the answer never comes.</summary>
    AnswersLost,
}

/// <summary>A TCP relay in front of a system, which passes, delays, swallows or cuts.</summary>
internal sealed class FaultyLink(int from, int to) : IAsyncDisposable
{
    private static readonly TimeSpan SlowBy = TimeSpan.FromMilliseconds(120);

    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly List<CancellationTokenSource> open = [];
    private volatile LinkFault fault;
    private TcpListener? listener;

    public int Port => from;

    public FaultyLink Start()
    {
        Listen();
        return this;
    }

    /// <summary>From now on; connections that suffered from the fault before are cut, since what was swallowed is gone for good.</summary>
    public void Set(LinkFault next)
    {
        var before = fault;
        fault = next;
        if (next is LinkFault.Down)
        {
            listener?.Dispose();
            listener = null;
        }

        if (next is LinkFault.Down || before is LinkFault.AnswersLost or LinkFault.Silent)
        {
            Cut();
        }

        if (next is not LinkFault.Down && listener is null)
        {
            Listen();
        }
    }

    /// <summary>Cuts what is open; new connections are taken.</summary>
    public void Cut()
    {
        lock (gate)
        {
            open.ForEach(connection => connection.Cancel());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener?.Dispose();
        stop.Dispose();
    }

    private void Listen()
    {
        listener = new TcpListener(IPAddress.Loopback, from);
        listener.Start();
        _ = Accept(listener);
    }

    private async Task Accept(TcpListener listening)
    {
        try
        {
            while (true)
            {
                _ = Pass(await listening.AcceptTcpClientAsync(stop.Token));
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It was told to listen no longer.
        }
    }

    private async Task Pass(TcpClient client)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        lock (gate)
        {
            open.Add(cut);
        }

        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, to, cut.Token);
                await Task.WhenAny(Copy(client, server, isAnswer: false, cut.Token), Copy(server, client, isAnswer: true, cut.Token));
            }
            catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException)
            {
                // Both ends notice by themselves.
            }
        }

        lock (gate)
        {
            open.Remove(cut);
        }
    }

    private async Task Copy(TcpClient source, TcpClient target, bool isAnswer, CancellationToken cancellationToken)
    {
        var portion = new byte[16384];
        while (await source.GetStream().ReadAsync(portion, cancellationToken) is var read and > 0)
        {
            if (fault is LinkFault.Slow)
            {
                await Task.Delay(SlowBy, cancellationToken);
            }

            if (!(fault is LinkFault.Silent || (fault is LinkFault.AnswersLost && isAnswer)))
            {
                await target.GetStream().WriteAsync(portion.AsMemory(0, read), cancellationToken);
            }
        }
    }
}
