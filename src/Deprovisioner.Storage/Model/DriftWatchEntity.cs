namespace Deprovisioner.Storage.Model;

/// <summary>A row of <c>drift_watches</c>: when the accounts of somebody who left are read again.</summary>
public sealed class DriftWatchEntity
{
    public required string PersonId { get; init; }

    public DateTimeOffset? NextAt { get; init; }

    public DateTimeOffset? AskedAt { get; init; }

    public string? Why { get; init; }
}
