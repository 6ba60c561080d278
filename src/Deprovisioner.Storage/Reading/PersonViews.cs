namespace Deprovisioner.Storage.Reading;

/// <summary>A person in a list.</summary>
/// <param name="Status">Of their employments the one that gives most: <c>active</c>, <c>on-leave</c>, <c>expected</c>, <c>terminated</c>; null: none is known.</param>
/// <param name="OpenSaga">The newest that is not over; null: there is none.</param>
public sealed record PersonLine(string PersonId, string? Email, string? UserName, string? GivenName, string? FamilyName, string? Status, bool LegalHold, OpenSaga? OpenSaga);

/// <summary>A saga that is not over.</summary>
public sealed record OpenSaga(Guid SagaId, string Kind, string Status);

/// <summary>A person with all that is known of them. Times are UTC.</summary>
/// <param name="LegalHold">Null: there is none.</param>
/// <param name="Events">The HR events about them, oldest first.</param>
/// <param name="Sagas">Oldest first.</param>
/// <param name="Drift">Null: nothing of theirs is read again.</param>
public sealed record PersonView(
    string PersonId,
    string? Email,
    string? UserName,
    string? GivenName,
    string? FamilyName,
    LegalHoldView? LegalHold,
    IReadOnlyList<EmploymentView> Employments,
    IReadOnlyList<AccountView> Accounts,
    IReadOnlyList<EventLine> Events,
    IReadOnlyList<SagaLine> Sagas,
    DriftView? Drift);

/// <summary>Why nothing of a person's is deleted or handed over.</summary>
public sealed record LegalHoldView(DateTimeOffset Since, string By, string Why);

/// <summary>Somebody under a legal hold.</summary>
public sealed record HeldPersonLine(string PersonId, LegalHoldView LegalHold);

/// <summary>One employment of a person. Times are UTC.</summary>
/// <param name="Status"><c>expected</c>, <c>active</c>, <c>on-leave</c>, <c>terminated</c>.</param>
/// <param name="Version">Counts every accepted event about it; a command about the person carries it as a fence.</param>
public sealed record EmploymentView(
    string EmploymentId,
    string Status,
    DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt,
    DateTimeOffset? LeaveFrom,
    DateTimeOffset? LeaveUntil,
    string? Department,
    string? Title,
    string? Location,
    string? WorkerType,
    string? ManagerId,
    long Version);

/// <summary>An account that is known to be a person's.</summary>
public sealed record AccountView(string System, string AccountId);
