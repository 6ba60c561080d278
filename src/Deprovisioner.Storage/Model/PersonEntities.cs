namespace Deprovisioner.Storage.Model;

/// <summary>A row of <c>persons</c>, without the key that seals evidence.</summary>
public sealed class PersonEntity
{
    public required string PersonId { get; init; }

    public string? Email { get; init; }

    public string? UserName { get; init; }

    public string? GivenName { get; init; }

    public string? FamilyName { get; init; }

    public bool LegalHold { get; init; }

    public DateTimeOffset? LegalHoldSince { get; init; }

    public string? LegalHoldBy { get; init; }

    public string? LegalHoldWhy { get; init; }

    public DateTimeOffset? LegalHoldSaidAt { get; init; }

    public bool LegalHoldByHand { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? LookAt { get; init; }

    public string? LookCause { get; init; }
}

/// <summary>A row of <c>employments</c>.</summary>
public sealed class EmploymentEntity
{
    public required string EmploymentId { get; init; }

    public required string PersonId { get; init; }

    public required string Status { get; init; }

    public string? Department { get; init; }

    public string? Title { get; init; }

    public string? Location { get; init; }

    public string? ManagerId { get; init; }

    public string? WorkerType { get; init; }

    public string? TimeZone { get; init; }

    public DateTimeOffset? StartsAt { get; init; }

    public DateTimeOffset? EndsAt { get; init; }

    public DateTimeOffset? LeaveFrom { get; init; }

    public DateTimeOffset? LeaveUntil { get; init; }

    public string? EndReason { get; init; }

    public bool EndUrgent { get; init; }

    public long Version { get; init; }

    public DateTimeOffset LastEventAt { get; init; }
}

/// <summary>A row of <c>known_accounts</c>.</summary>
public sealed class KnownAccountEntity
{
    public required string PersonId { get; init; }

    public required string System { get; init; }

    public required string AccountId { get; init; }
}
