using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Reconciling;

/// <summary>Whose an account may be, by what the registry has.</summary>
/// <param name="ByAccountId">Whoever is known to have the account with this id.</param>
/// <param name="ByMatchValue">Whoever has what the account is found by.</param>
public sealed record AccountOwners(IReadOnlyList<RegisteredPerson> ByAccountId, IReadOnlyList<RegisteredPerson> ByMatchValue)
{
    public static AccountOwners Nobody { get; } = new([], []);
}

/// <summary>A person as far as one system's accounts are concerned.</summary>
/// <param name="Person">With all employments.</param>
/// <param name="HasKnownAccounts">Whether any account of theirs on the system is known by its id.</param>
/// <param name="Cut">The newest saga that cut them off on the system, else the newest that should have; null: there is none.</param>
public sealed record RegisteredPerson(PersonRecord Person, bool HasKnownAccounts = false, LeaverCut? Cut = null)
{
    public PersonId Id => Person.Id;
}

/// <summary>A leaver's saga, seen from one system.</summary>
/// <param name="DisabledAt">When the account was disabled or deleted, and read back, UTC; null: it was not, on that system.</param>
public sealed record LeaverCut(SagaId Id, SagaStatus Status, DateTimeOffset? DisabledAt);

/// <summary>What the configuration in force says for one system's reconciliation.</summary>
/// <param name="System">The system.</param>
/// <param name="Canary">The match value of the account that is always there; null: none is configured.</param>
/// <param name="Protected">Who and what is never touched.</param>
/// <param name="Bridge">The longest gap between employments that does not count.</param>
public sealed record ReconciliationTerms(SystemName System, string? Canary, ProtectedEntries Protected, TimeSpan Bridge);
