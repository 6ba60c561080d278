namespace Deprovisioner.Storage.Model;

/// <summary>A row of <c>replay_jobs</c>.</summary>
public sealed class ReplayJobEntity
{
    public long JobId { get; init; }

    public required string Who { get; init; }

    public required string Why { get; init; }

    public required string GoneWho { get; init; }

    public required string GoneWhy { get; init; }

    public required string Filter { get; init; }

    public required string Status { get; init; }

    public required string Wave { get; init; }

    public int Untouched { get; init; }

    public int Sent { get; init; }

    public int Succeeded { get; init; }

    public int Failed { get; init; }

    public int Held { get; init; }

    public int Skipped { get; init; }

    public int Cancelled { get; init; }

    public int Unanswered { get; init; }

    public DateTimeOffset? PreviewUntil { get; init; }

    public Guid? StoppedStep { get; init; }

    public string? StoppedSystem { get; init; }

    public string? StoppedCode { get; init; }

    public bool? StoppedSame { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ChangedAt { get; init; }
}

/// <summary>A row of <c>replay_items</c>: one failed step in a replay.</summary>
public sealed class ReplayItemEntity
{
    public long JobId { get; init; }

    public int Ordinal { get; init; }

    public Guid StepId { get; init; }

    public Guid SagaId { get; init; }

    public required string System { get; init; }

    public required string Before { get; init; }

    public required string State { get; init; }

    public bool Asked { get; init; }

    public string? Answer { get; init; }

    public string? AnswerDetail { get; init; }

    public string? Wave { get; init; }

    public string? Code { get; init; }

    public string? Reason { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}
