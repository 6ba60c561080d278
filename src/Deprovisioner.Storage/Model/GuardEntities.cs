namespace Deprovisioner.Storage.Model;

/// <summary>A row of <c>guard_transitions</c>: somebody who leaves, as the mass guard counts them.</summary>
public sealed class GuardTransitionEntity
{
    public Guid SagaId { get; init; }

    public long Seq { get; init; }

    public required string PersonId { get; init; }

    public required string EmploymentId { get; init; }

    public DateTimeOffset At { get; init; }

    public DateTimeOffset EffectiveAt { get; init; }

    public bool Live { get; init; }

    public bool Released { get; init; }
}

/// <summary>A row of <c>guard_announcements</c>: a layoff that somebody announced.</summary>
public sealed class GuardAnnouncementEntity
{
    public long AnnouncementId { get; init; }

    public int Size { get; init; }

    public DateTimeOffset StartsAt { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    public required string AskedBy { get; init; }

    public required string Why { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    public string? ApprovedBy { get; init; }

    public string? ApprovedWhy { get; init; }

    public DateTimeOffset? ApprovedAt { get; init; }
}
