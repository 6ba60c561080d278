using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>Whether the server is reached, lets the administrator act for others, and tells a mailbox that is not there. Changes nothing.</summary>
internal sealed class ManageSieveCheck(ManageSieveSettings settings, Mailboxes mailboxes)
{
    private readonly List<CheckFinding> findings = [];

    public async Task<SystemCheck> RunAsync(CancellationToken cancellationToken)
    {
        ServerCapabilities server;
        await using (var session = await SieveSession.ConnectAsync(settings, cancellationToken))
        {
            server = session.Capabilities;
        }

        Find("connection is private", settings.StartTls is StartTls.Required || settings.IsLoopback, "Set startTls: required: the password travels in the clear.");
        Find($"runs scripts ({server.Extensions})", server.Extensions is not null, "The server names no Sieve extension: is it one for Sieve?");
        var refused = await SystemFaultException.OfAsync(() => mailboxes.EnsureLetInAsync(cancellationToken));
        Find("credential accepted", refused is null, refused?.Message);
        if (refused is null)
        {
            await AbsenceAsync(cancellationToken);
        }

        return new SystemCheck(Reachable: true, server.Implementation, findings);
    }

    /// <summary>A server that lets the administrator into mailboxes that do not exist, or hangs up, leaves it open whether somebody has one.</summary>
    private async Task AbsenceAsync(CancellationToken cancellationToken)
    {
        var answered = false;
        var nobody = MailboxNames.NobodyLike(settings.Canary ?? settings.User);
        var fault = await SystemFaultException.OfAsync(async () => answered = await mailboxes.RefusalAsync(nobody, cancellationToken) is not null);
        Find("tells which mailboxes are not there", answered, fault?.Message ?? "The server signs the administrator in for a name that is nobody's, so that everybody seems to have a mailbox.");
    }

    private void Find(string subject, bool ok, string? remedy) => findings.Add(new CheckFinding(subject, ok, ok ? null : remedy));
}
