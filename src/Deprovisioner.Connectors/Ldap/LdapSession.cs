using System.DirectoryServices.Protocols;
using System.Net.Sockets;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>One bound connection. Used by one caller at a time; after a fault of the connection it is dead and another one is opened.</summary>
#pragma warning disable CA1001 // Ended by Close(), which only starts it: the native connection is disposed of by the thread that may be blocked in it.
internal sealed class LdapSession
#pragma warning restore CA1001
{
    /// <summary>LDAP_FILTER_ERROR: 87 in Microsoft's numbering, -7 in OpenLDAP's ldap.h.</summary>
    private const int FilterError = 87;
    private const int OpenLdapFilterError = -7;

    private readonly LdapTunnel tunnel;
    private readonly LdapConnection connection;
    private readonly LdapThread thread = new();
    private readonly TimeSpan timeout;
    private readonly TimeProvider clock;
    private int closed;

    private LdapSession(LdapTunnel tunnel, LdapServer server, TimeProvider clock)
    {
        this.tunnel = tunnel;
        timeout = server.Timeout;
        SearchControls = server.SearchControls;
        this.clock = clock;
        connection = new LdapConnection(new LdapDirectoryIdentifier("127.0.0.1", tunnel.Port), null, AuthType.Anonymous) { AutoBind = false };
        connection.SessionOptions.ProtocolVersion = 3;
        // A referral would be followed to an address that the server chose, without our checks.
        connection.SessionOptions.ReferralChasing = ReferralChasingOptions.None;
    }

    public bool Alive => tunnel.Alive;

    /// <summary>As in <see cref="LdapServer.SearchControls"/>.</summary>
    public IReadOnlyList<string> SearchControls { get; }

    /// <summary>The relay's port on 127.0.0.1.</summary>
    public int RelayPort => tunnel.Port;

    /// <summary>When it was last given back, by the clock's timestamp.</summary>
    public long IdleSince { get; set; }

    /// <summary>Completes when its thread is gone.</summary>
    public Task Ended => thread.Ended;

    /// <summary>What is known of the server and of the bound account; read once for each connection.</summary>
    public LdapServerFacts Facts { get; private set; } = LdapServerFacts.Unknown;

    /// <exception cref="SystemFaultException">It cannot be opened.</exception>
    public static async Task<LdapSession> OpenAsync(LdapServer server, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(server.Timeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        LdapSession? session = null;
        try
        {
            session = new LdapSession(new LdapTunnel(await LdapDial.OpenAsync(server, both.Token)), server, clock);
            await session.GreetAsync(both.Token);
            session.Facts = await server.Greet(session, cancellationToken);
            return session;
        }
        catch (Exception error)
        {
            session?.Close();
            throw error switch
            {
                OperationCanceledException when limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested
                    => new SystemFaultException(LdapFaults.NoAnswer(LdapEffect.Reads, sent: true, silent: true), error),
                IOException or InvalidDataException or SocketException => new SystemFaultException(LdapFaults.NoAnswer(LdapEffect.Reads, sent: false, silent: false), error),
                _ => error,
            };
        }
    }

    /// <summary>One request, one answer, within the time limit. Any result code is an answer.</summary>
    /// <exception cref="SystemFaultException">The connection ended or stayed silent.</exception>
    public async Task<DirectoryResponse> SendAsync(DirectoryRequest request, LdapEffect effect, CancellationToken cancellationToken)
    {
        if (!Alive)
        {
            throw new SystemFaultException(LdapFaults.NoAnswer(effect, sent: false, silent: false));
        }

        var before = tunnel.Sent;
        try
        {
            return await thread.Run(() => Ask(request)).WaitAsync(timeout, clock, cancellationToken);
        }
        catch (LdapException error) when (error.ErrorCode is FilterError or OpenLdapFilterError)
        {
            // Found before anything was sent, and only a configured filter can be wrong: ours are made of hex.
            throw new SystemFaultException(new Fault(Outcome.Rejected, "ldap-filter", "accountFilter is no search filter (RFC 4515)."), error);
        }
        catch (Exception error) when (error is TimeoutException or DirectoryException or ObjectDisposedException)
        {
            // First, so that nothing is sent any more once it was judged whether anything was.
            Close();
            throw new SystemFaultException(LdapFaults.NoAnswer(effect, sent: tunnel.Sent > before, silent: error is TimeoutException), error);
        }
        catch (OperationCanceledException)
        {
            // The call cannot be called back: the connection goes with it.
            Close();
            throw;
        }
    }

    /// <summary>Several changes, of which one that is refused keeps no other from being tried; the first refusal is told at the end. A connection that ends, ends it.</summary>
    public async Task EachAsync<T>(IEnumerable<T> all, Func<T, Task> change)
    {
        SystemFaultException? first = null;
        foreach (var one in all)
        {
            try
            {
                await change(one);
            }
            catch (SystemFaultException refused) when (Alive)
            {
                first ??= refused;
            }
        }

        if (first is not null)
        {
            throw new SystemFaultException(first.Fault, first);
        }
    }

    /// <summary>Ends the connection. A call under way fails at once.</summary>
    public void Close()
    {
        tunnel.Break();
        if (Interlocked.Exchange(ref closed, 1) == 0)
        {
            thread.Finish(connection.Dispose);
        }
    }

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        var accepted = tunnel.AcceptAsync(cancellationToken);
        // Cancelled: Close() breaks the tunnel, and with it this call.
        var greeted = thread.Run(() => Ask(new SearchRequest("", "(objectClass=*)", SearchScope.Base, tunnel.Word)));
        await accepted;
        await greeted.WaitAsync(cancellationToken);
    }

    private DirectoryResponse Ask(DirectoryRequest request)
    {
        try
        {
            return connection.SendRequest(request);
        }
        catch (DirectoryOperationException refused) when (refused.Response is not null)
        {
            return refused.Response;
        }
    }
}
