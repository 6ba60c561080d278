using System.Diagnostics.CodeAnalysis;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Postgres;

/// <summary>Roles of a PostgreSQL cluster, version 14 or later. An account is a role, bound by its oid; its name is the natural key.</summary>
internal sealed class PostgresKind : IConnectorKind
{
    public ConnectorDescription Description { get; } = new(
        "postgres",
        new HashSet<StepAction>
        {
            StepAction.DisableAccount, StepAction.RevokeSessions, StepAction.RevokeCredentials, StepAction.RemoveEntitlements,
            StepAction.TransferData, StepAction.DeleteAccount, StepAction.RestoreAccount,
        },
        [
            new SettingDescription("connection", SettingKind.Secret, Required: true, "The Npgsql connection string of a role that may do the work, such as ${env:WAREHOUSE}."),
            new SettingDescription("reassignOwnedTo", SettingKind.Text, Required: false, "Who gets what a leaver owns: a fact such as person.manager.userName, or role:archive. Needed for transfer-data."),
        ]);

    [SuppressMessage("Reliability", "CA2000", Justification = "The connector disposes of its cluster.")]
    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock)
    {
        var values = new SettingsReader(settings, secrets);
        return new PostgresConnector(new PostgresCluster(values, settings.Limits), values.Optional("reassignOwnedTo"));
    }
}
