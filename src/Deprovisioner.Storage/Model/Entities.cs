using System.ComponentModel.DataAnnotations.Schema;

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
}

/// <summary>A row of <c>systems</c>.</summary>
public sealed class SystemEntity
{
    public required string System { get; init; }

    public required string Connector { get; init; }

    public bool Configured { get; init; }

    public bool Observe { get; init; }

    public double PerSecond { get; init; }

    public int Concurrency { get; init; }

    public required string Gate { get; init; }

    public DateTimeOffset? GateUntil { get; init; }

    public DateTimeOffset? GateSince { get; init; }

    public int Failures { get; init; }

    public string? LastError { get; init; }

    public DateTimeOffset? LastErrorAt { get; init; }

    public DateTimeOffset? LastSuccessAt { get; init; }

    public string? PausedBy { get; init; }

    public string? PausedWhy { get; init; }

    public DateTimeOffset? PausedAt { get; init; }
}

/// <summary>A row of <c>sagas</c>.</summary>
public sealed class SagaEntity
{
    public Guid SagaId { get; init; }

    public required string Kind { get; init; }

    public required string PersonId { get; init; }

    public required string EmploymentId { get; init; }

    public long Fence { get; init; }

    public required string Policy { get; init; }

    public required string PolicyVersion { get; init; }

    public required string PlanHash { get; init; }

    public bool Urgent { get; init; }

    public DateTimeOffset EffectiveAt { get; init; }

    public required string EffectiveBasis { get; init; }

    public required string Status { get; init; }

    public DateTimeOffset PlannedAt { get; init; }

    public DateTimeOffset? ContainedAt { get; init; }

    public DateTimeOffset? ReturnedAt { get; init; }

    [Column(TypeName = "jsonb")]
    public required string NotRestored { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public DateTimeOffset? NextDeadlineAt { get; init; }

    [Column(TypeName = "jsonb")]
    public required string Stages { get; init; }

    public bool LegalHold { get; init; }

    public bool ProtectionReleased { get; init; }

    [Column(TypeName = "jsonb")]
    public required string Holds { get; init; }

    public string? TraceParent { get; init; }

    public ICollection<StepEntity> Steps { get; init; } = new List<StepEntity>();
}

/// <summary>A row of <c>steps</c>.</summary>
public sealed class StepEntity
{
    public Guid StepId { get; init; }

    public Guid SagaId { get; init; }

    public int Ordinal { get; init; }

    public int Stage { get; init; }

    public required string System { get; init; }

    public required string Action { get; init; }

    public string? Instruction { get; init; }

    public string? Owner { get; init; }

    public string? Reversible { get; init; }
    /// <summary>Which entitlements it takes away; null: all. See <see cref="SelectionText"/>.</summary>
    [Column(TypeName = "jsonb")]
    public string? Selection { get; init; }

    public required string Status { get; init; }

    public int Sends { get; init; }

    public int Failures { get; init; }

    public bool Deferred { get; init; }

    public bool AskFirst { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public DateTimeOffset? LeaseUntil { get; init; }

    public string? Outcome { get; init; }

    public string? Code { get; init; }

    public string? Message { get; init; }

    public DateTimeOffset? ResidualUntil { get; init; }

    public DateTimeOffset? SettledAt { get; init; }

    public string? TaskOwner { get; init; }

    public DateTimeOffset? TaskDueAt { get; init; }

    public bool TaskVerify { get; init; }

    public string? TaskDoneBy { get; init; }

    public bool TaskOverdueTold { get; init; }
}

/// <summary>A row of <c>operator_acts</c>.</summary>
public sealed class OperatorActEntity
{
    public long ActId { get; init; }

    public required string Kind { get; init; }

    public Guid? SagaId { get; init; }

    public Guid? StepId { get; init; }

    public string? System { get; init; }

    public string? PersonId { get; init; }

    public string? Evidence { get; init; }

    public long? Target { get; init; }

    [Column(TypeName = "jsonb")]
    public string? Details { get; init; }

    public required string Who { get; init; }

    public required string Why { get; init; }

    public DateTimeOffset RequestedAt { get; init; }

    public string Status { get; init; } = "requested";

    public string? Answer { get; init; }

    public DateTimeOffset? DoneAt { get; init; }
}

/// <summary>A row of <c>audit</c>.</summary>
public sealed class AuditEntity
{
    public Guid Stream { get; init; }

    public long Seq { get; init; }

    public DateTimeOffset At { get; init; }

    public required string Type { get; init; }

    public required byte[] Payload { get; init; }

    public required byte[] Hash { get; init; }
}
