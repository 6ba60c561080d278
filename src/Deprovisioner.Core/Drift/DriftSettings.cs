namespace Deprovisioner.Core.Drift;

/// <summary>What follows where access that was cut is there again.</summary>
public enum DriftAnswer
{
    /// <summary>It is cut again at once.</summary>
    Cut,

    /// <summary>A saga is planned and held until a person releases or rejects it.</summary>
    Hold,
}

/// <summary>How often, and for how long, the accounts of people who left are read again: <c>drift</c> in the organisation's file.</summary>
public sealed record DriftSettings
{
    /// <summary>The first time, counted from when the leaver was contained, and anew from when their saga was completed; 1 s to 366 days, 1 h unless told.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromHours(1);

    /// <summary>From one time to the next; 1 s to 366 days, 1 day unless told. Up to a tenth of it is added to the first, so that people who left together are not read together.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Counted as <see cref="After"/> is; 1 s to ten years, and never under <see cref="After"/>; 90 days unless told.</summary>
    public TimeSpan For { get; init; } = TimeSpan.FromDays(90);

    public DriftAnswer Then { get; init; } = DriftAnswer.Cut;
}
