using System.Net;
using System.Net.Sockets;

namespace Deprovisioner.Testing;

/// <summary>Ports on 127.0.0.1 that were free a moment ago.</summary>
public static class LoopbackPort
{
    /// <summary>A free port. Ports are handed out by the system and not soon again, so two callers rarely meet.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
