using System.Net;
using System.Net.Sockets;

namespace Deprovisioner.Testing;

/// <summary>Ports on 127.0.0.1 that were free a moment ago.</summary>
public static class LoopbackPort
{
    // Below 32768, where Linux takes the ports of outgoing connections from: one of those could take a port before the server does that it was found for.
    private const int First = 10_000;
    private const int Count = 22_000;
    private static int next = Environment.ProcessId * 61 % Count;

    /// <summary>A free port; within one process never the same twice, until all were handed out.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref next) % Count);
            if (CanListen(port))
            {
                return port;
            }
        }
    }

    private static bool CanListen(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
