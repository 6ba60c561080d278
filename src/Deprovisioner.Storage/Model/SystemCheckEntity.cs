using System.ComponentModel.DataAnnotations.Schema;

namespace Deprovisioner.Storage.Model;

/// <summary>A row of <c>system_checks</c>.</summary>
public sealed class SystemCheckEntity
{
    public long CheckId { get; init; }

    public required string System { get; init; }

    public required string Status { get; init; }

    public DateTimeOffset? AskAt { get; init; }

    public required string AskedBy { get; init; }

    public required string Why { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public bool? Reachable { get; init; }

    public string? Version { get; init; }

    [Column(TypeName = "jsonb")]
    public required string Findings { get; init; }
}
