using System.ComponentModel.DataAnnotations.Schema;

namespace Deprovisioner.Storage.Model;

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

    /// <summary>With the figures of a leaver whose saga is over (<see cref="Core.Sagas.LeaverFigures"/>); null: they were not worked out.</summary>
    public double? EndedHours { get; init; }

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

    /// <summary>Accounts that it could not tell apart; null: none.</summary>
    [Column(TypeName = "jsonb")]
    public string? Candidates { get; init; }
}
