using System.Formats.Asn1;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>
/// Opens an encrypted, authenticated connection: TCP, TLS or StartTLS, simple bind. Done here and not by libldap because there a frozen
/// server hangs the call for ever, a private authority cannot be told for one connection, and a refused bind may lose its result code.
/// </summary>
internal static class LdapDial
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);

    /// <exception cref="SystemFaultException">Not reached, not trusted, or not accepted; nothing stays open.</exception>
    public static async Task<Stream> OpenAsync(LdapServer server, CancellationToken cancellationToken)
    {
        Stream? stream = null;
        try
        {
            stream = await ConnectAsync(server, cancellationToken);
            stream = server.Transport switch
            {
                LdapTransport.Tls => await SecureAsync(stream, server, cancellationToken),
                LdapTransport.StartTls => await SecureAsync(await StartTlsAsync(stream, cancellationToken), server, cancellationToken),
                _ => stream,
            };
            await BindAsync(stream, server, cancellationToken);
            return stream;
        }
        catch (Exception error)
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }

            if (error is SocketException or IOException or InvalidDataException or AsnContentException)
            {
                var what = error is InvalidDataException or AsnContentException ? "What answers does not speak LDAP." : "The server cannot be reached, or hung up.";
                throw new SystemFaultException(new Fault(Outcome.Transient, Fault.Unreachable, what), error);
            }

            throw;
        }
    }

    private static async Task<Stream> ConnectAsync(LdapServer server, CancellationToken cancellationToken)
    {
        // No address family is named: each address of the host is tried.
#pragma warning disable CA2000 // The stream owns it.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
#pragma warning restore CA2000
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
            // A firewall that forgets idle connections is noticed between calls, not in the middle of one.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)KeepAlive.TotalSeconds);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> StartTlsAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(LdapWire.StartTls(messageId: 1), cancellationToken);
        var reply = LdapWire.Reply(await LdapWire.ReadAsync(stream, cancellationToken));
        // Never on without encryption (RFC 4513, section 3.1.5: what the server says before TLS cannot be trusted).
        return reply.Code switch
        {
            LdapFaults.Success => stream,
            51 or 52 => throw new SystemFaultException(LdapFaults.Of(reply.Code, LdapEffect.Reads, reply.Diagnostic)),
            _ => throw new SystemFaultException(new Fault(Outcome.Unauthorized, "starttls-refused", $"The server does not offer StartTLS (result {reply.Code}): use ldaps://, or set it up there.")),
        };
    }

    private static async Task<Stream> SecureAsync(Stream stream, LdapServer server, CancellationToken cancellationToken)
    {
        var objections = "";
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = server.Host,
                    CertificateChainPolicy = server.Trust(),
                    RemoteCertificateValidationCallback = (_, _, chain, errors) =>
                    {
                        objections = string.Join(", ", [errors.ToString(), .. chain?.ChainStatus.Select(status => status.Status.ToString()) ?? []]);
                        return errors == SslPolicyErrors.None;
                    },
                },
                cancellationToken);
            return tls;
        }
        catch (AuthenticationException error)
        {
            await tls.DisposeAsync();
            throw new SystemFaultException(
                new Fault(Outcome.Unauthorized, Fault.Untrusted, $"The server's certificate for {server.Host} is not trusted ({(objections.Length > 0 ? objections : "no TLS was agreed")}): set caFile, or correct the certificate."),
                error);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private static async Task BindAsync(Stream stream, LdapServer server, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(LdapWire.SimpleBind(messageId: 2, server.BindDn, server.Password), cancellationToken);
        var reply = LdapWire.Reply(await LdapWire.ReadAsync(stream, cancellationToken));
        // Message 0 is a server that says goodbye (RFC 4511, section 4.4.1).
        if (reply.MessageId == 0 || reply.Code != LdapFaults.Success)
        {
            throw new SystemFaultException(LdapFaults.Of(reply.MessageId == 0 ? 52 : reply.Code, LdapEffect.ChangesEntry, reply.Diagnostic));
        }
    }
}
