using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>
/// Signs in to mailboxes, and tells one that is not there from everything else.
/// <para>
/// ManageSieve says NO without a code to a wrong password, to a mailbox that is not there, and to one that may not sign in (RFC 5804, section 2.1). The last is the one that matters: a leaver whose directory account was
/// disabled, and whose script goes on forwarding. So a refusal is absence only if the credential is let in elsewhere at that moment (the canary, or the administrator's own mailbox), and if the server says the very same of a name that is nobody's.
/// </para>
/// </summary>
internal sealed class Mailboxes(ManageSieveSettings settings)
{
    /// <returns>Null: there is no such mailbox.</returns>
    /// <exception cref="SystemFaultException">It cannot be said whether there is one, or it may not be entered.</exception>
    public async Task<SieveSession?> EnterAsync(string mailbox, CancellationToken cancellationToken)
    {
        var session = await SieveSession.ConnectAsync(settings, cancellationToken);
        try
        {
            if (await session.SignInAsync(mailbox, cancellationToken) is not { } refusal)
            {
                return session;
            }

            await EnsureAbsentAsync(mailbox, refusal, cancellationToken);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }

        await session.DisposeAsync();
        return null;
    }

    /// <summary>How the server refuses a sign-in; null: it does not.</summary>
    /// <param name="mailbox">Empty: the administrator's own.</param>
    public async Task<ServerResponse?> RefusalAsync(string mailbox, CancellationToken cancellationToken)
    {
        await using var session = await SieveSession.ConnectAsync(settings, cancellationToken);
        return await session.SignInAsync(mailbox, cancellationToken);
    }

    /// <summary>Whether the credential is let in somewhere; throws where it is not.</summary>
    public async Task EnsureLetInAsync(CancellationToken cancellationToken)
    {
        if (await RefusalAsync(settings.Canary ?? "", cancellationToken) is not null)
        {
            throw settings.Canary is null ? NobodyVouches() : CanaryRefused();
        }
    }

    private async Task EnsureAbsentAsync(string mailbox, ServerResponse refusal, CancellationToken cancellationToken)
    {
        if (mailbox.Equals(settings.Canary, StringComparison.OrdinalIgnoreCase))
        {
            throw CanaryRefused();
        }

        // The one that is let in comes first: Dovecot lets whoever failed wait the longer the more often, and forgets it then (https://doc.dovecot.org/2.4.2/core/config/auth/penalty.html).
        await EnsureLetInAsync(cancellationToken);
        var nobody = MailboxNames.NobodyLike(mailbox);
        var usual = await RefusalAsync(nobody, cancellationToken);
        if (usual is null || Words(usual, nobody) != Words(refusal, mailbox))
        {
            throw ManageSieveFaults.Fault(
                Outcome.Rejected, ManageSieveFaults.NotSignedIn, $"The server refuses to sign the administrator in for this mailbox, and not as it does for one that is not there{(refusal.Text is null ? "." : $": {refusal.Text}.")} What it forwards is not known.");
        }
    }

    private static (string? Code, string? Text) Words(ServerResponse refusal, string mailbox) => (refusal.Code, refusal.Text?.Replace(mailbox, "", StringComparison.OrdinalIgnoreCase));

    private static SystemFaultException CanaryRefused()
        => ManageSieveFaults.Fault(Outcome.Unauthorized, ManageSieveFaults.CanaryNotVisible, "The server does not let the administrator act for the canary: the password is wrong, the right to act for others is missing, or there is no such mailbox.");

    private SystemFaultException NobodyVouches() => ManageSieveFaults.Fault(
        Outcome.Unauthorized, "managesieve-refused", $"The server refuses {settings.User}, and it cannot be said whether for the password or for the mailbox: correct the password, or set canary to a mailbox that always exists.");
}
