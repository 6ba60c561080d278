namespace Deprovisioner.Core.Guarding;

/// <summary>How many people may leave before somebody must look: <c>guard</c> in the organisation's file.</summary>
public sealed record GuardSettings
{
    /// <summary>The sliding window; 24 hours unless told.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(24);

    /// <summary>At most this many within the window; null: no such limit.</summary>
    public int? MaxLeavers { get; init; }

    /// <summary>At most this share of the head count, 0 to 1; null: no such limit.</summary>
    public double? MaxShare { get; init; }

    /// <summary>The share never means fewer than this, so that a small company can dismiss one; 5 unless told.</summary>
    public int Always { get; init; } = 5;

    /// <summary>How many may leave within the window, given the head count at its start.</summary>
    public int Limit(int headCount)
        => Math.Min(MaxLeavers ?? int.MaxValue, MaxShare is { } share ? Math.Max(Always, (int)Math.Floor((share * headCount) + Rounding)) : int.MaxValue);

    /// <summary>5 % of 1,000 is 50, whatever binary fractions make of it.</summary>
    private const double Rounding = 1e-9;
}
