using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>
/// Forwards of mailboxes: Sieve scripts (RFC 5228) that send mail elsewhere, behind ManageSieve (RFC 5804), as Dovecot, Cyrus and others speak it. An account is a mailbox that the administrator may act for.
/// Whether its owner may sign in is the directory's matter, and no script says it.
/// <para>
/// There is no immutable id: the account's id is the mailbox's name.
/// </para>
/// </summary>
internal sealed class ManageSieveKind : IConnectorKind
{
    public ConnectorDescription Description { get; } = new(
        "managesieve",
        new HashSet<StepAction> { StepAction.RemoveEntitlements, StepAction.RestoreAccount },
        ManageSieveSettings.Described);

    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock)
    {
        var read = ManageSieveSettings.Read(settings, secrets);
        return new ManageSieveConnector(read, new Mailboxes(read));
    }
}
