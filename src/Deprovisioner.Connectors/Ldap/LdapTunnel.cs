using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>
/// A relay inside this process between libldap and the server.
/// <para>
/// Why: under System.DirectoryServices.Protocols on Linux no time-out works (against a frozen server every call hangs for ever, whatever is
/// set), a certificate callback breaks each bind, and StartTLS fails as the first call. So <see cref="LdapDial"/> makes the connection, and
/// libldap gets a plain one on 127.0.0.1 that is already encrypted and bound further on, and that <see cref="Break"/> can cut: then its call returns at once.
/// </para>
/// <para>
/// What may not happen: another local process gets our authenticated connection, or libldap talks to another process. The listener
/// takes whom it takes, but nothing passes before that peer has shown a random word that only this process knows, and the port
/// is ours until then. The password never passes here. A peer that does not know the word costs one failed opening.
/// </para>
/// </summary>
internal sealed class LdapTunnel : IDisposable
{
    private readonly Stream server;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly string word = $"x-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
    private NetworkStream? client;
    private long sent;
    private int broken;

    /// <param name="server">Encrypted and bound; the tunnel owns it from now on.</param>
    public LdapTunnel(Stream server)
    {
        this.server = server;
        listener.Start(1);
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    /// <summary>The attribute for which libldap must ask the rootDSE in its first request. It is answered here.</summary>
    public string Word => word;

    /// <summary>False as soon as either side has ended: nothing more can be asked over it.</summary>
    public bool Alive => Volatile.Read(ref broken) == 0;

    /// <summary>How many bytes were handed to the server's connection, or are about to be.</summary>
    public long Sent => Interlocked.Read(ref sent);

    /// <summary>Waits for libldap, checks that it is ours, and passes everything on from then until <see cref="Break"/> or either side's end.</summary>
    public async Task AcceptAsync(CancellationToken cancellationToken)
    {
        var socket = await listener.AcceptSocketAsync(cancellationToken);
        socket.NoDelay = true;
        client = new NetworkStream(socket, ownsSocket: true);
        var first = await LdapWire.ReadAsync(client, cancellationToken);
        if (first.AsSpan().IndexOf(Encoding.ASCII.GetBytes(word)) < 0)
        {
            Break();
            throw new IOException("Another process connected to the relay.");
        }

        listener.Stop();
        await client.WriteAsync(LdapWire.SearchDone(LdapWire.MessageId(first)), cancellationToken);
        _ = PassAsync(client, server, counts: true);
        _ = PassAsync(server, client, counts: false);
    }

    /// <summary>Ends both sides now. libldap's call under way returns with "server down".</summary>
    public void Break()
    {
        if (Interlocked.Exchange(ref broken, 1) == 0)
        {
            listener.Dispose();
            server.Dispose();
            client?.Dispose();
        }
    }

    public void Dispose() => Break();

    private async Task PassAsync(Stream from, Stream to, bool counts)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer) is var count and > 0)
            {
                if (counts)
                {
                    Interlocked.Add(ref sent, count);
                }

                await to.WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One side ended, or Break() did it: what that means is for the call under way to say.
        }
        finally
        {
            Break();
        }
    }
}
