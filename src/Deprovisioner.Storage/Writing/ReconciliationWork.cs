using Deprovisioner.Contracts;
using Deprovisioner.Core.Reconciling;

namespace Deprovisioner.Storage.Writing;

/// <summary>What one transaction has loaded for reconciliations, and what it will save of them.</summary>
internal sealed class ReconciliationWork
{
    /// <summary>By run; as they are after each decision.</summary>
    public Dictionary<Guid, Reconciliation> Runs { get; } = [];

    /// <summary>When the newest run of a system began.</summary>
    public Dictionary<string, DateTimeOffset> LastBegun { get; } = [];

    /// <summary>What the registry has for each page whose answer may count, by run.</summary>
    public Dictionary<Guid, ListedPage> Pages { get; } = [];

    /// <summary>New ones, with the request that began each; null: it was its time.</summary>
    public Dictionary<Guid, long?> Begun { get; } = [];

    public HashSet<Guid> Changed { get; } = [];

    public List<(ReconciliationId Run, IReadOnlyList<ReconciledAccount> Accounts)> Seen { get; } = [];

    public Reconciliation? RunningOn(string system) => Runs.Values.FirstOrDefault(r => r.System.Value == system && !r.IsOver);
}

/// <summary>A page with what the registry has of its accounts.</summary>
/// <param name="Accounts">Each once, in text that can be stored.</param>
/// <param name="Elsewhere">The run's findings about other accounts.</param>
/// <param name="LastComplete">How many accounts the last complete list had; null: there was none.</param>
internal sealed record ListedPage(IReadOnlyList<AccountListing> Accounts, FindingCounts Elsewhere, int? LastComplete)
{
    private readonly Dictionary<string, (List<RegisteredPerson> Known, List<RegisteredPerson> Matches)> owners = [];

    public AccountOwners OwnersOf(string accountId) => owners.TryGetValue(accountId, out var some) ? new AccountOwners(some.Known, some.Matches) : AccountOwners.Nobody;

    public void Add(string accountId, RegisteredPerson person, bool byId)
    {
        if (!owners.TryGetValue(accountId, out var some))
        {
            owners[accountId] = some = ([], []);
        }

        (byId ? some.Known : some.Matches).Add(person);
    }
}
