namespace Deprovisioner.Storage.Reading;

/// <summary>The installation at a glance. Times are UTC.</summary>
/// <param name="At">When it was so.</param>
/// <param name="FailedSteps">Of sagas that were not cancelled: what waits for a repair.</param>
/// <param name="OverdueTasks">What people have to do, and should have done.</param>
/// <param name="Quarantined">Messages that came in the last 24 hours for the first time and are no valid events.</param>
/// <param name="Shut">Systems to which nothing is sent now.</param>
/// <param name="Containment">Of 14 days, the last of which is today.</param>
/// <param name="Replays">Those that are under way.</param>
/// <param name="LastEventAt">When the last event was taken in; null: none ever was.</param>
public sealed record Overview(
    DateTimeOffset At,
    SagaCounts Sagas,
    int FailedSteps,
    HoldCounts Holds,
    int OverdueTasks,
    int Quarantined,
    IReadOnlyList<SystemLine> Shut,
    IReadOnlyList<ContainmentDay> Containment,
    IReadOnlyList<ReplayLine> Replays,
    DateTimeOffset? LastEventAt);

/// <summary>How many sagas are not over.</summary>
/// <param name="Late">With a stage whose deadline was missed, whatever their status.</param>
public sealed record SagaCounts(int Scheduled, int Running, int NeedsAttention, int Held, int Late);

/// <summary>How much waits for a person's decision. A saga that waits for several counts with each.</summary>
public sealed record HoldCounts(int Guard, int Protected, int Drift, int Approval, int Event);

/// <summary>How long it took until the access of leavers had ended, of those with whom that was so on one day (UTC). From the effective time, or from when the saga was planned where that was later; null: of nobody.</summary>
/// <param name="Ordinary">Those who are not urgent.</param>
/// <param name="Urgent">Those who are.</param>
public sealed record ContainmentDay(DateOnly Day, ContainmentTimes? Ordinary, ContainmentTimes? Urgent);

/// <summary>How long it took.</summary>
/// <param name="P50">Half of them were faster.</param>
/// <param name="P95">95 of 100 were.</param>
public sealed record ContainmentTimes(int Leavers, TimeSpan P50, TimeSpan P95);
