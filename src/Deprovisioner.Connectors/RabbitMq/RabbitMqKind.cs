using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.RabbitMq;

/// <summary>
/// Users of a RabbitMQ cluster, version 3.9 or later, by the management plugin's HTTP API
/// (https://www.rabbitmq.com/docs/http-api-reference). RabbitMQ gives a user no id: its name is all that tells it from others, so that a
/// user deleted and made anew under the same name is the same account here.
/// <para>
/// Has no <c>transfer-data</c>: queues and exchanges belong to a virtual host and to no user, and an exclusive queue ends with its connection.
/// Has no <c>reclaim-licence</c>.
/// </para>
/// </summary>
internal sealed class RabbitMqKind : IConnectorKind
{
    public ConnectorDescription Description { get; } = new(
        "rabbitmq",
        new HashSet<StepAction>
        {
            StepAction.DisableAccount, StepAction.RevokeSessions, StepAction.RevokeCredentials, StepAction.RemoveEntitlements,
            StepAction.DeleteAccount, StepAction.RestoreAccount,
        },
        RabbitMqSettings.Described);

    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock)
        => new RabbitMqConnector(RabbitMqSettings.Read(settings, secrets), secrets, clock);
}
