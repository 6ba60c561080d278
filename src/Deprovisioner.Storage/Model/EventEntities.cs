namespace Deprovisioner.Storage.Model;

/// <summary>A row of <c>inbox</c>.</summary>
public sealed class InboxEntity
{
    public long InboxId { get; init; }

    public required string Source { get; init; }

    public required string EventId { get; init; }

    public required string Type { get; init; }

    public required string PersonId { get; init; }

    public required string EmploymentId { get; init; }

    public DateTimeOffset EventAt { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }

    public required string Verdict { get; init; }

    public required string Reason { get; init; }

    public Guid? SagaId { get; init; }

    public int Deliveries { get; init; }

    public string? Sender { get; init; }

    public string? DismissedBy { get; init; }

    public string? DismissedWhy { get; init; }

    public DateTimeOffset? DismissedAt { get; init; }
}

/// <summary>A row of <c>quarantine</c>.</summary>
public sealed class QuarantineEntity
{
    public long QuarantineId { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }

    public long RawLength { get; init; }

    public required string Reason { get; init; }

    public required string Detail { get; init; }

    public string? Source { get; init; }

    public string? EventId { get; init; }

    public int Deliveries { get; init; }

    public string? Sender { get; init; }

    public long? ResubmittedAct { get; init; }

    public DateTimeOffset? ResubmittedAt { get; init; }
}
