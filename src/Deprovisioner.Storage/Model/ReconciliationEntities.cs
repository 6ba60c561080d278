namespace Deprovisioner.Storage.Model;

/// <summary>A row of <c>reconciliations</c>.</summary>
public sealed class ReconciliationEntity
{
    public Guid RunId { get; init; }

    public required string System { get; init; }

    public required string Status { get; init; }

    public int Page { get; init; }

    public DateTimeOffset? AskAt { get; init; }

    public int Restarts { get; init; }

    public int Pages { get; init; }

    public int Accounts { get; init; }

    public int AccountedFor { get; init; }

    public int Disabled { get; init; }

    public int Protected { get; init; }

    public int Orphans { get; init; }

    public int LeaversActive { get; init; }

    public int Unknown { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public required string AskedBy { get; init; }

    public required string Why { get; init; }

    public long? ActId { get; init; }

    public string? Reason { get; init; }

    public string? Detail { get; init; }
}

/// <summary>A row of <c>reconciled_accounts</c>.</summary>
public sealed class ReconciledAccountEntity
{
    public Guid RunId { get; init; }

    public required string AccountId { get; init; }

    public required string Name { get; init; }

    public required string Finding { get; init; }

    public string? PersonId { get; init; }

    public Guid? SagaId { get; init; }

    public required string Detail { get; init; }

    public string? Next { get; init; }

    public DateTimeOffset SeenAt { get; init; }
}
