using System.ComponentModel.DataAnnotations.Schema;

namespace Deprovisioner.Storage.Model;

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
