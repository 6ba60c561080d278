using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Sdk;

/// <summary>
/// Talks to one system. Knows nothing of sagas, retries, rate limits, audit or the bus: the host gives it those.
/// <para>
/// Each method either answers or throws <see cref="SystemFaultException"/> with the fault in the field's own terms. Each honours its
/// token within a second. Instances are used by several threads at once. What a method is given (names, ids, match values)
/// is untrusted text and is escaped for the place where it is used.
/// </para>
/// </summary>
public interface IConnector : IAsyncDisposable
{
    /// <summary>All accounts whose match attribute has exactly this value; empty where there is none.</summary>
    Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken);

    /// <summary>The account's state now, or null where it does not exist (any more).</summary>
    /// <param name="accountId">The system's immutable id.</param>
    Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken);

    /// <summary>
    /// Does one action on one account that is not yet as the action wants it. Idempotent: it acts on the state that it was given,
    /// and what is already gone is no error. Returning says only that the system took it: the host reads back.
    /// </summary>
    Task ActAsync(ActRequest request, CancellationToken cancellationToken);

    /// <summary>One page of all accounts, in a stable order.</summary>
    /// <param name="cursor">Null for the first page, else what the last page gave; another one is a fault (<see cref="Fault.BadCursor"/>).</param>
    Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken);

    /// <summary>Whether the system is reached and the credential has the rights it needs; changes nothing.</summary>
    Task<SystemCheck> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>One kind of connector: a line in the catalogue.</summary>
public interface IConnectorKind
{
    /// <summary>What it can do and which settings it takes; needs no system and no secret.</summary>
    ConnectorDescription Description { get; }

    /// <summary>
    /// Whether the system knows somebody only as long as they have something there: then whoever had all of it taken away is found no more, and can still be read by the id
    /// that they had. False unless told.
    /// </summary>
    bool KnowsOnlyHolders => false;

    /// <summary>A connector for one configured system. Reaches nothing yet.</summary>
    /// <param name="settings">The system, its secrets still references.</param>
    /// <param name="secrets">Resolves references; what it returns is never logged or put into an error.</param>
    /// <param name="clock">The only clock.</param>
    /// <exception cref="SecretMissingException">A reference leads nowhere.</exception>
    /// <exception cref="SystemFaultException">A setting cannot be used; see <see cref="SettingsReader"/>.</exception>
    IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock);
}
