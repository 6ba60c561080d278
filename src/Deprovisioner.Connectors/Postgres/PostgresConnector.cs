using System.Globalization;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Npgsql;

namespace Deprovisioner.Connectors.Postgres;

internal sealed class PostgresConnector(PostgresCluster cluster, string? reassignOwnedTo) : IConnector
{
    private const int PageSize = 500;

    public Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
        => cluster.AtHomeAsync(connection => Roles.FindAsync(connection, matchValue, cancellationToken), cancellationToken);

    public async Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken)
        => Roles.Oid(accountId) is { } oid
            ? await cluster.AtHomeAsync(connection => Roles.ReadAsync(connection, oid, cancellationToken), cancellationToken)
            : null;

    public async Task ActAsync(ActRequest request, CancellationToken cancellationToken)
    {
        var role = Roles.Oid(request.Before.Account.Id) ?? throw new ArgumentException("Not a role that was read.", nameof(request));
        switch (request.Action)
        {
            case StepAction.DisableAccount:
                await InTransactionAsync(connection => RoleActions.DisableAsync(connection, role, cancellationToken), cancellationToken);
                break;
            case StepAction.RevokeSessions:
                await InTransactionAsync(connection => RoleActions.RevokeSessionsAsync(connection, role, cancellationToken), cancellationToken);
                break;
            case StepAction.RevokeCredentials:
                await InTransactionAsync(connection => RoleActions.RevokeCredentialsAsync(connection, role, cancellationToken), cancellationToken);
                break;
            case StepAction.RemoveEntitlements:
                await InTransactionAsync(connection => RoleActions.RemoveEntitlementsAsync(connection, role, request.OnlyEntitlements, cancellationToken), cancellationToken);
                break;
            case StepAction.TransferData:
                var receiver = await cluster.AtHomeAsync(connection => Receiver.FindAsync(connection, reassignOwnedTo, request, cancellationToken), cancellationToken);
                await Ownership.TransferAsync(cluster, role, receiver, cancellationToken);
                break;
            case StepAction.DeleteAccount:
                await DeleteAsync(role, cancellationToken);
                break;
            case StepAction.RestoreAccount when request.Snapshot is { } snapshot:
                await InTransactionAsync(connection => RoleActions.RestoreAsync(connection, role, request.Before, snapshot, cancellationToken), cancellationToken);
                break;
            default:
                throw new SystemFaultException(Fault.Unsupported(request.Action));
        }
    }

    public Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken)
    {
        // Oids begin above 0.
        var after = cursor is null ? 0 : Roles.Oid(cursor) ?? throw new SystemFaultException(Fault.BadCursor());
        return cluster.AtHomeAsync(
            async connection =>
            {
                // By oid: names change between two pages.
                await using var command = new NpgsqlCommand(
                    @"select oid, rolname, rolcanlogin, rolsuper or rolname in (session_user, current_user) from pg_roles where oid > $1 and rolname not like 'pg\_%' order by oid limit $2", connection)
                {
                    Parameters = { Roles.Parameter(after), new NpgsqlParameter<int> { TypedValue = PageSize } },
                };
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                var accounts = new List<ListedAccount>();
                while (await reader.ReadAsync(cancellationToken))
                {
                    var id = ((uint)reader[0]).ToString(CultureInfo.InvariantCulture);
                    accounts.Add(new ListedAccount(new AccountRef(id, reader.GetString(1)), reader.GetBoolean(2), MatchValue: reader.GetString(1)) { Critical = reader.GetBoolean(3) });
                }

                return new AccountPage(accounts, accounts.Count == PageSize ? accounts[^1].Account.Id : null);
            },
            cancellationToken);
    }

    public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken)
        => cluster.AtHomeAsync(connection => ClusterCheck.RunAsync(connection, cancellationToken), cancellationToken);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    /// <summary>A role that others are members of is in use as a group, whatever it was meant for: dropping it would take access from them.</summary>
    private async Task DeleteAsync(uint role, CancellationToken cancellationToken)
    {
        await cluster.AtHomeAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand(
                    "select count(*) from pg_auth_members m join pg_roles r on r.oid = m.member where m.roleid = $1 and r.rolname <> current_user", connection)
                {
                    Parameters = { Roles.Parameter(role) },
                };
                return (long)(await command.ExecuteScalarAsync(cancellationToken))! == 0
                    ? true
                    : throw new SystemFaultException(new Fault(Outcome.Rejected, "has-members", "Other roles are members of this one and would lose what it gives them: revoke that first."));
            },
            cancellationToken);
        await Ownership.DropGrantsAsync(cluster, role, cancellationToken);
        await InTransactionAsync(connection => RoleActions.DeleteAsync(connection, role, cancellationToken), cancellationToken);
    }

    private Task<bool> InTransactionAsync(Func<NpgsqlConnection, Task> work, CancellationToken cancellationToken)
        => cluster.AtHomeAsync(
            async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await work(connection);
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);
}
