using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using MySqlConnector;

namespace Deprovisioner.Connectors.MySql;

internal sealed class MySqlUserConnector(MySqlServer server, ServerDialect dialect) : IConnector
{
    private const int PageSize = 500;

    public Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
        => server.WorkAsync<IReadOnlyList<AccountRef>>(
            async connection => (await Accounts.EntriesAsync(connection, dialect, matchValue, cancellationToken)).Count > 0 ? [new AccountRef(matchValue, matchValue)] : [],
            cancellationToken);

    public Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken)
        => server.WorkAsync(connection => Accounts.ReadAsync(connection, dialect, accountId, cancellationToken), cancellationToken);

    public Task ActAsync(ActRequest request, CancellationToken cancellationToken)
        => server.WorkAsync(
            async connection =>
            {
                await ActAsync(connection, request, cancellationToken);
                return true;
            },
            cancellationToken);

    public Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken)
    {
        var after = cursor is null ? "" : Accounts.After(cursor);
        return server.WorkAsync(connection => Accounts.PageAsync(connection, dialect, after, PageSize, cancellationToken), cancellationToken);
    }

    public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken)
        => server.WorkAsync(connection => MySqlCheck.RunAsync(connection, dialect, server.Encrypted, cancellationToken), cancellationToken);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private Task ActAsync(MySqlConnection connection, ActRequest request, CancellationToken cancellationToken)
    {
        var actions = new AccountActions(connection, dialect, cancellationToken);
        return request.Action switch
        {
            StepAction.DisableAccount => actions.DisableAsync(request),
            StepAction.RevokeSessions => Sessions.EndAsync(connection, request.Before.Account.Name, cancellationToken),
            StepAction.RevokeCredentials => actions.RevokeCredentialsAsync(request),
            StepAction.RemoveEntitlements => actions.RemoveEntitlementsAsync(request),
            StepAction.DeleteAccount => actions.DeleteAsync(request),
            StepAction.RestoreAccount when request.Snapshot is { } snapshot => actions.RestoreAsync(request, snapshot),
            _ => throw new SystemFaultException(Fault.Unsupported(request.Action)),
        };
    }
}
