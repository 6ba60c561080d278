namespace Deprovisioner.Storage.Model;

/// <summary>A row of <c>probes</c>: a question about a step, and its answer.</summary>
public sealed class ProbeEntity
{
    public Guid ProbeId { get; init; }

    public Guid StepId { get; init; }

    public required string System { get; init; }

    public required string Purpose { get; init; }

    public required string Status { get; init; }

    public int Sends { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public string? Outcome { get; init; }

    public string? Code { get; init; }

    public string? Message { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    public DateTimeOffset? ReadAt { get; init; }
}
