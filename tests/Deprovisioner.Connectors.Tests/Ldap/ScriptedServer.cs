using System.Net;
using System.Net.Sockets;

namespace Deprovisioner.Connectors.Tests.Ldap;

/// <summary>Takes one connection, answers the first thing it hears with the same bytes whatever that was, and listens to the end.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public ScriptedServer(byte[] answer)
    {
        listener.Start();
        Heard = ServeAsync(answer);
    }

    public string Url => $"ldap://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>All that the other side said, once it has hung up.</summary>
    public Task<byte[]> Heard { get; }

    public void Dispose() => listener.Dispose();

    private async Task<byte[]> ServeAsync(byte[] answer)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var heard = new MemoryStream();
        var buffer = new byte[4096];
        var first = await stream.ReadAsync(buffer);
        await heard.WriteAsync(buffer.AsMemory(0, first));
        await stream.WriteAsync(answer);
        await stream.CopyToAsync(heard);
        return heard.ToArray();
    }
}
