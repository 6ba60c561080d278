using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Sdk;

/// <summary>A connector whose system has no accounts to find. Its description says so (<see cref="ConnectorDescription.FindsAccounts"/>).</summary>
public abstract class AccountlessConnector : IConnector
{
    public Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<AccountRef>>([]);

    public Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken) => Task.FromResult<AccountState?>(null);

    public Task ActAsync(ActRequest request, CancellationToken cancellationToken) => throw new SystemFaultException(Fault.Unsupported(request.Action));

    public Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken)
        => cursor is null ? Task.FromResult(new AccountPage([], NextCursor: null)) : throw new SystemFaultException(Fault.BadCursor());

    public abstract Task<SystemCheck> CheckAsync(CancellationToken cancellationToken);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
