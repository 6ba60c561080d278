namespace Deprovisioner.Connectors.Sdk;

/// <summary>A connector to a system that keeps what is deleted. <see cref="IConnector.ActAsync"/> brings such an account back by restore-account, as the same one: its immutable id stays.</summary>
public interface IRecoveringConnector : IConnector
{
    /// <summary>A deleted account that the system still keeps; null: it is not there. Asked only of what we deleted ourselves, once <see cref="IConnector.ReadAsync"/> has said that it is gone.</summary>
    /// <param name="accountId">The system's immutable id.</param>
    /// <returns>Its state, with <see cref="AccountState.Deleted"/>: not enabled, and with no entitlements.</returns>
    Task<AccountState?> ReadDeletedAsync(string accountId, CancellationToken cancellationToken);
}
