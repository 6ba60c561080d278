namespace Deprovisioner.Storage.Model;

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
