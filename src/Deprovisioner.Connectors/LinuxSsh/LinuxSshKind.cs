using System.Diagnostics.CodeAnalysis;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.LinuxSsh;

/// <summary>
/// The local accounts of one Linux machine, over SSH, by the one program that its service account may run there
/// (<c>deploy/linux-ssh/deprovisioner-account</c>, which says how an account is recognised and what each verb does).
/// <para>
/// Has no <c>transfer-data</c>: a home given to somebody else wholesale brings them the leaver's keys, set-uid programs and start-up files, and files
/// elsewhere on the machine belong to a uid and not to a place that could be handed over. Has no <c>reclaim-licence</c>: nothing is paid by the account.
/// </para>
/// </summary>
internal sealed class LinuxSshKind : IConnectorKind
{
    public ConnectorDescription Description { get; } = new(
        "linux-ssh",
        new HashSet<StepAction>
        {
            StepAction.DisableAccount, StepAction.RevokeSessions, StepAction.RevokeCredentials, StepAction.RemoveEntitlements,
            StepAction.DeleteAccount, StepAction.RestoreAccount,
        },
        LinuxSshSettings.Described);

    [SuppressMessage("Reliability", "CA2000", Justification = "The connector disposes of its machine.")]
    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock)
    {
        var read = LinuxSshSettings.Read(settings, secrets);
        return new LinuxSshConnector(new AccountProgram(new SshMachine(read, clock)), read);
    }
}
