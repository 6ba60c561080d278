using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Scim;

/// <summary>
/// SCIM 2.0 (RFC 7643 for the schema, RFC 7644 for the protocol). Has no <c>revoke-credentials</c>: a password is never returned
/// (RFC 7643 section 4.1.1), so nothing could prove that it stopped working. Has no <c>reclaim-licence</c>: <c>entitlements</c> have
/// no vocabulary (section 4.1.2), so nothing says which of them is a paid seat. Has no sessions at all.
/// </summary>
internal sealed class ScimKind : IConnectorKind
{
    public ConnectorDescription Description { get; } = new(
        "scim",
        new HashSet<StepAction> { StepAction.DisableAccount, StepAction.RemoveEntitlements, StepAction.DeleteAccount, StepAction.RestoreAccount },
        ScimSettings.Described);

    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock)
        => new ScimConnector(ScimSettings.Read(settings, secrets), secrets, clock);
}
