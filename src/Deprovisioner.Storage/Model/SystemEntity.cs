namespace Deprovisioner.Storage.Model;

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
