using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>One connection, about one mailbox once it is signed in. Used by one caller at a time.</summary>
internal sealed class SieveSession(ManageSieveSettings settings) : IAsyncDisposable
{
    /// <summary>
    /// How Dovecot says that it failed, without a code (MASTER_AUTH_ERRMSG_INTERNAL_FAILURE in https://github.com/dovecot/core/blob/release-2.3.19/src/lib-master/master-auth.h): in signing in that is no refusal, and it comes for everybody alike.
    /// </summary>
    private const string InternalError = "Internal error occurred";

    private readonly TcpClient client = new();
    private Stream stream = Stream.Null;
    private SieveWire wire = new(Stream.Null);

    public ServerCapabilities Capabilities { get; private set; } = null!;

    private string Server => $"{settings.Host}:{settings.Port}";

    /// <summary>Connects, and encrypts where that is wanted. Nobody is signed in yet.</summary>
    /// <exception cref="SystemFaultException">The server is not there, is not trusted, or does not offer what it must.</exception>
    public static async Task<SieveSession> ConnectAsync(ManageSieveSettings settings, CancellationToken cancellationToken)
    {
        var session = new SieveSession(settings);
        try
        {
            await session.GreetAsync(cancellationToken);
            return session;
        }
        catch (Exception error)
        {
            await session.DisposeAsync();
            if (ManageSieveFaults.Of(error, session.Server, isConnecting: true) is { } fault)
            {
                throw new SystemFaultException(fault, error);
            }

            throw;
        }
    }

    /// <summary>Signs the administrator in to act for a mailbox.</summary>
    /// <param name="mailbox">Empty: the administrator's own.</param>
    /// <returns>Why not; null: it is signed in.</returns>
    public async Task<ServerResponse?> SignInAsync(string mailbox, CancellationToken cancellationToken)
    {
        // RFC 4616, section 2.
        var message = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{mailbox}\0{settings.User}\0{settings.Password}"));
        var answer = await TrySignInAsync(message, cancellationToken);
        switch (answer)
        {
            case { Status: ResponseStatus.Ok }:
                await EnsureActsForAsync(mailbox, cancellationToken);
                return null;
            case { Status: ResponseStatus.No, Code: not ("TRYLATER" or "ENCRYPT-NEEDED" or "AUTH-TOO-WEAK" or "TRANSITION-NEEDED" or "REFERRAL") }:
                return answer;
            default:
                throw ManageSieveFaults.Of(answer, "signing in");
        }
    }

    /// <summary>All scripts, and which of them runs: RFC 5804, section 2.7.</summary>
    public async Task<StoredScripts> ListAsync(CancellationToken cancellationToken) => StoredScripts.From(await AskAsync("LISTSCRIPTS", [], "the list of scripts", cancellationToken));

    /// <summary>A script's text (RFC 5804, section 2.9); null: it is not UTF-8.</summary>
    public async Task<string?> GetAsync(string script, CancellationToken cancellationToken)
        => await AskAsync("GETSCRIPT", [script], "a script", cancellationToken) is { Lines: [[{ IsString: true } text]] } ? text.Text : throw ManageSieveFaults.Garbled("something else than a script");

    /// <summary>Lets one script run, and no other (RFC 5804, section 2.8).</summary>
    /// <param name="script">Empty: none at all.</param>
    public Task ActivateAsync(string script, CancellationToken cancellationToken) => AskAsync("SETACTIVE", [script], "to change which script runs", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        client.Dispose();
    }

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        await client.ConnectAsync(settings.Host, settings.Port, cancellationToken);
        stream = client.GetStream();
        wire = new SieveWire(stream);
        await TakeCapabilitiesAsync(cancellationToken);
        if (settings.StartTls is StartTls.Required)
        {
            await EncryptAsync(cancellationToken);
        }

        if (!Capabilities.OffersPlain)
        {
            throw ManageSieveFaults.Fault(Outcome.Unauthorized, "managesieve-no-plain", $"{Server} does not offer SASL PLAIN{(settings.StartTls is StartTls.None ? " without encryption: set startTls: required" : "")}.");
        }
    }

    /// <summary>RFC 5804, section 2.2. What was said before it in the clear may come from anybody, and is thrown away: the greeting's capabilities, and anything behind the OK.</summary>
    private async Task EncryptAsync(CancellationToken cancellationToken)
    {
        if (!Capabilities.OffersStartTls)
        {
            throw ManageSieveFaults.Fault(Outcome.Unauthorized, "managesieve-no-starttls", $"{Server} does not offer STARTTLS, so it is not given the password.");
        }

        await AskAsync("STARTTLS", [], "STARTTLS", cancellationToken);
        if (wire.HasMore)
        {
            throw ManageSieveFaults.Garbled("more in the clear after STARTTLS");
        }

        var encrypted = new SslStream(stream);
        stream = encrypted;
        await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = settings.Host, CertificateChainPolicy = settings.Trust }, cancellationToken);
        wire = new SieveWire(encrypted);
        await TakeCapabilitiesAsync(cancellationToken);
    }

    private async Task TakeCapabilitiesAsync(CancellationToken cancellationToken)
        => Capabilities = new ServerCapabilities(Ok(await AnswerAsync(cancellationToken), "the connection"));

    private async Task<ServerResponse> TrySignInAsync(string message, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await ExchangeAsync("AUTHENTICATE", ["PLAIN", message], cancellationToken);
            return answer.Status is ResponseStatus.No && answer.Text?.StartsWith(InternalError, StringComparison.OrdinalIgnoreCase) is true ? throw NoSignIn() : answer;
        }
        catch (SystemFaultException hungUp) when (hungUp.Fault.Code == Fault.NoAnswer)
        {
            throw NoSignIn(hungUp);
        }
    }

    private SystemFaultException NoSignIn(Exception? inner = null) => ManageSieveFaults.Fault(
        Outcome.Transient, ManageSieveFaults.NoSignIn, $"{Server} failed or hung up instead of answering the sign-in. Dovecot does so for a mailbox that is not there, unless its master passdb has result_success = continue.", inner);

    /// <summary>A server that ignored for whom the administrator wants to act would show the administrator's own scripts as everybody's: RFC 5804, section 1.7, OWNER.</summary>
    private async Task EnsureActsForAsync(string mailbox, CancellationToken cancellationToken)
    {
        if (mailbox.Length == 0 || mailbox.Equals(settings.User, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var now = new ServerCapabilities(await AskAsync("CAPABILITY", [], "its capabilities", cancellationToken));
        if (settings.User.Equals(now.Owner, StringComparison.OrdinalIgnoreCase))
        {
            throw ManageSieveFaults.Fault(Outcome.Unauthorized, "managesieve-not-delegated", $"{Server} signs the administrator in to the administrator's own mailbox, whoever is asked for: let {settings.User} act for others.");
        }
    }

    private async Task<ServerResponse> AskAsync(string command, IEnumerable<string> strings, string asked, CancellationToken cancellationToken)
        => Ok(await ExchangeAsync(command, strings, cancellationToken), asked);

    private static ServerResponse Ok(ServerResponse answer, string asked) => answer.Status is ResponseStatus.Ok ? answer : throw ManageSieveFaults.Of(answer, asked);

    private async Task<ServerResponse> ExchangeAsync(string command, IEnumerable<string> strings, CancellationToken cancellationToken)
    {
        try
        {
            await wire.SendAsync(command, strings, cancellationToken);
            return await AnswerAsync(cancellationToken);
        }
        catch (IOException broken) when (ManageSieveFaults.Of(broken, Server, isConnecting: false) is { } fault)
        {
            throw new SystemFaultException(fault, broken);
        }
    }

    private async Task<ServerResponse> AnswerAsync(CancellationToken cancellationToken)
    {
        var lines = new List<IReadOnlyList<SieveWord>>();
        while (true)
        {
            var words = await wire.ReadAsync(cancellationToken);
            if (ServerResponse.Ended(words, lines) is { } ended)
            {
                return ended;
            }

            lines.Add(words);
        }
    }
}
