using System.Diagnostics.CodeAnalysis;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.MySql;

/// <summary>
/// Users of a MySQL (8.0 or later) or MariaDB (10.4 or later) server. An account is a user name with all its <c>'user'@'host'</c> entries:
/// they are one person's ways in, each with a lock, passwords and privileges of its own, and every action is on all of them.
/// <para>
/// Neither server has an immutable id of a user: the account's id is its name. So an account is better locked for good than deleted, since
/// deleting frees its name; an action looks again whether the account still has the entries that were read just before; and a restore
/// refuses an account whose entries are not those that it had.
/// </para>
/// <para>
/// There is no transfer-data. What a user defined (views, routines, triggers, events) runs with the definer's rights, and neither server can
/// change a definer but by creating the object anew, which loses grants on routines and the order of triggers, and gives code that the
/// leaver wrote to somebody with other rights: that is for a person to decide, object by object. Deleting refuses while there is any.
/// </para>
/// </summary>
internal sealed class MySqlKind(ServerDialect dialect) : IConnectorKind
{
    public ConnectorDescription Description { get; } = new(
        dialect.Connector,
        new HashSet<StepAction>
        {
            StepAction.DisableAccount, StepAction.RevokeSessions, StepAction.RevokeCredentials, StepAction.RemoveEntitlements,
            StepAction.DeleteAccount, StepAction.RestoreAccount,
        },
        [
            new SettingDescription(MySqlServer.ConnectionKey, SettingKind.Secret, Required: true, "The MySqlConnector connection string (Server=…;User ID=…;Password=…) of an account that may do the work, such as ${env:ORDERS_DB}."),
            new SettingDescription(MySqlServer.TrustKey, SettingKind.Text, Required: false, "PEM file of the authorities that vouch for the server; default: those of the machine. With it the connection is encrypted and the server's name checked."),
        ]);

    [SuppressMessage("Reliability", "CA2000", Justification = "The connector disposes of its server.")]
    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock)
        => new MySqlUserConnector(new MySqlServer(new SettingsReader(settings, secrets), settings.Limits, dialect), dialect);
}
