namespace Deprovisioner.Storage.Reading;

/// <summary>Which reconciliations; what is null does not matter.</summary>
/// <param name="Acts">Only those that these requests began.</param>
public sealed record ReconciliationFilter(string? System = null, IReadOnlyList<long>? Acts = null);

/// <summary>A comparison of a system's accounts with the registry. Times are UTC.</summary>
/// <param name="Status"><c>running</c>, <c>complete</c>, <c>inconclusive</c>, <c>cancelled</c>.</param>
/// <param name="Reason">Why it is inconclusive: <c>empty-list</c>, <c>canary-not-listed</c>, <c>list-shrank</c>, <c>fault</c>, <c>cursor-expired</c>, <c>no-answer</c>; null: it is not.</param>
/// <param name="Pages">Of the list so far, as are the accounts.</param>
/// <param name="AccountedFor">Accounts of people who work.</param>
/// <param name="Disabled">Accounts that are shut.</param>
/// <param name="Orphans">Accounts that are nobody's.</param>
/// <param name="LeaversActive">Accounts of people who left, and that are alive.</param>
/// <param name="Unknown">Accounts of which it cannot be said whose they are.</param>
public sealed record ReconciliationLine(
    Guid RunId,
    string System,
    string Status,
    string? Reason,
    string? Detail,
    int Pages,
    int Accounts,
    int AccountedFor,
    int Disabled,
    int Protected,
    int Orphans,
    int LeaversActive,
    int Unknown,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    string AskedBy,
    string Why);

/// <summary>An account that a person shall look at.</summary>
/// <param name="Finding"><c>orphan</c>, <c>leaver-active</c>, <c>unknown</c>.</param>
/// <param name="PersonId">Whose it is; null where that is not known.</param>
/// <param name="SagaId">What cut it, or should have.</param>
/// <param name="Next">What to do, as a command; null: nothing can be named.</param>
/// <param name="SeenAt">UTC.</param>
public sealed record FindingLine(Guid RunId, string AccountId, string Name, string Finding, string? PersonId, Guid? SagaId, string Detail, string? Next, DateTimeOffset SeenAt);
