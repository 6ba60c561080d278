using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Intake;

/// <summary>The last word on whether what a person has must be kept as it is.</summary>
/// <param name="IsSet">Whether it holds.</param>
/// <param name="Since">Since when it holds, or does not hold any more, UTC.</param>
/// <param name="By">Who set or lifted it, and why.</param>
/// <param name="SaidAt">When that was last said, UTC: an older word does not count.</param>
/// <param name="ByHand">Whether a person said it here, and no event.</param>
public sealed record LegalHold(bool IsSet, DateTimeOffset Since, Act By, DateTimeOffset SaidAt, bool ByHand)
{
    /// <summary>What an event's word makes of it. What was set by hand is lifted by hand only: an HR system that writes every field into every event knows nothing of it.</summary>
    /// <returns><paramref name="before"/> itself where the event says nothing, or nothing that counts.</returns>
    public static LegalHold? After(LegalHold? before, HrEvent hr)
    {
        if (hr.LegalHold is not { } isSet || hr.Time < before?.SaidAt || before is { IsSet: true, ByHand: true } || (before is null && !isSet))
        {
            return before;
        }

        return before?.IsSet == isSet
            ? before with { SaidAt = hr.Time }
            : new(isSet, hr.Time, new Act($"hr-event {hr.Source} {hr.Id}", isSet ? "The event sets a legal hold." : "The event lifts the legal hold."), hr.Time, ByHand: false);
    }

    /// <summary>A person's word always counts.</summary>
    public static LegalHold Said(LegalHold? before, bool isSet, Act by, DateTimeOffset now)
        => new(isSet, before?.IsSet == isSet ? before.Since : now, by, now, ByHand: true);
}
