using System.Diagnostics.CodeAnalysis;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Redis;

/// <summary>
/// Users of Redis, version 6 or later (https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/). An account is a user of that name on any of the nodes.
/// Nodes do not tell each other of users, neither in a cluster nor to replicas nor through sentinels, so that each is listed and acted upon, and an account is as open as it is on the most open of them.
/// <para>
/// Redis has no immutable id of a user: the account's id is its name. So an account is better left disabled than deleted, since deleting frees its name.
/// </para>
/// </summary>
internal sealed class RedisKind : IConnectorKind
{
    public ConnectorDescription Description { get; } = new(
        "redis",
        new HashSet<StepAction>
        {
            StepAction.DisableAccount, StepAction.RevokeSessions, StepAction.RevokeCredentials, StepAction.RemoveEntitlements,
            StepAction.DeleteAccount, StepAction.RestoreAccount,
        },
        RedisSettings.Described);

    [SuppressMessage("Reliability", "CA2000", Justification = "The connector disposes of its nodes.")]
    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock)
    {
        var read = RedisSettings.Read(settings, secrets);
        return new RedisConnector([.. read.Nodes.Select(node => new RedisNode(node, read))], read);
    }
}
