namespace Deprovisioner.Core.Reconciling;

/// <summary>When systems are reconciled without being asked.</summary>
/// <param name="Every">From one beginning to the next, for each system; one hour to a year.</param>
public sealed record ReconcileSettings(TimeSpan Every)
{
    /// <summary>Whether a system's turn has come.</summary>
    /// <param name="last">When its last run began, however that ended, UTC; null: there was none.</param>
    public bool IsDue(DateTimeOffset? last, DateTimeOffset now) => last is not { } began || now - began >= Every;
}
