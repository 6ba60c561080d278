using System.Globalization;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Drift;

/// <summary>
/// Many accounts that are alive again at once say more of what we read than of people: a system was restored from a backup, or a credential suddenly sees another directory.
/// Then the surplus is held, as of leavers. It is counted apart from them: neither uses up the other's limit.
/// </summary>
/// <param name="Counted">Drift sagas that were planned within the window and not cancelled, held ones among them.</param>
/// <param name="Limit">At most so many within the window pass.</param>
/// <param name="Unreadable">Why the numbers could not be read: then nobody passes.</param>
public sealed record DriftSurge(int Counted, int Limit, TimeSpan Window, string? Unreadable = null)
{
    /// <summary>Where no guard is configured, at most so many within <see cref="WindowWithoutGuard"/>: a number that a person can still look through.</summary>
    public const int LimitWithoutGuard = 50;

    public static readonly TimeSpan WindowWithoutGuard = TimeSpan.FromHours(24);

    /// <param name="guard">Its limits, and its head count at the window's start.</param>
    public static DriftSurge Of(int counted, GuardLedger guard)
        => guard.Settings is { } settings
            ? new(counted, settings.Limit(guard.HeadCount), settings.Window, guard.Unreadable)
            : new(counted, LimitWithoutGuard, WindowWithoutGuard);

    /// <summary>The hold that follows for one more; null: it passes.</summary>
    public SagaHold? Hold(DateTimeOffset now)
        => Unreadable is not null ? new(HoldReason.Guard, $"The guard's numbers cannot be read: {Unreadable}", now)
            : Counted < Limit ? null
            : new(HoldReason.Guard, string.Create(CultureInfo.InvariantCulture, $"Number {Counted + 1} in {Durations.Text(Window)} of those whose access is there again; the limit is {Limit}. Was a system restored from a backup, or does its credential see another one?"), now);
}
