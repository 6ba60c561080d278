using System.Collections.Immutable;

namespace Deprovisioner.Core.Sagas;

/// <summary>Why a whole saga waits for a person. A stage that waits for its approval is no hold: it follows from the plan.</summary>
public enum HoldReason
{
    /// <summary>More people leave than the mass guard lets through by itself.</summary>
    Guard,

    /// <summary>The person is on the list of those who are never touched without being released.</summary>
    Protected,

    /// <summary>Access that was cut is there again, and the organisation wants a person to look before it is cut once more.</summary>
    Drift,
}

/// <summary>One reason for which a saga waits for a person. At most one of each <see cref="HoldReason"/>.</summary>
/// <param name="Detail">One sentence for who decides, without personal data beyond ids.</param>
/// <param name="Since">UTC.</param>
public sealed record SagaHold(HoldReason Reason, string Detail, DateTimeOffset Since);

/// <summary>What holding does to a saga.</summary>
internal static class SagaHolds
{
    /// <summary>
    /// What would be sent waits, retries too: a hold stops everything but what has left already. Once the saga goes on it is due afresh, since its retry budget does not run while nobody may try.
    /// </summary>
    public static Step Stopped(Step step) => step.Status is StepStatus.Due ? step with { Status = StepStatus.Waiting, DueAt = null, FirstDueAt = null } : step;

    public static SagaDecision Hold(Saga saga, SagaHold hold, DateTimeOffset now)
    {
        if (saga.IsOver || saga.Holds.Any(h => h.Reason == hold.Reason))
        {
            return SagaDecision.Unchanged(saga, saga.IsOver ? SagaDecision.Over(saga) : $"The saga is held already: {saga.Holds.First(h => h.Reason == hold.Reason).Detail}");
        }

        var draft = new SagaDraft(saga with { Holds = saga.Holds.Add(hold) }, now);
        draft.Record(SagaAudit.Held(saga, hold));
        draft.Notify(SagaNotice.Held);
        return draft.Decide();
    }

    /// <summary>It goes on where it stood: what may open does, with the same effective time and the same deadlines.</summary>
    public static SagaDecision Release(Saga saga, SagaInput.Release release, DateTimeOffset now)
    {
        var released = saga.Holds.Where(h => release.Which is null || h.Reason == release.Which).ToImmutableArray();
        if (saga.IsOver || released.IsEmpty)
        {
            return SagaDecision.Unchanged(saga, saga.IsOver ? SagaDecision.Over(saga) : "The saga has no such hold.");
        }

        var draft = new SagaDraft(saga with { Holds = saga.Holds.RemoveRange(released), ProtectionReleased = saga.ProtectionReleased || released.Any(h => h.Reason is HoldReason.Protected) }, now, before: saga);
        draft.Record(SagaAudit.HoldReleased(released, release.By));
        return draft.Decide();
    }

    /// <summary>It is cancelled. Who waits for an approval can be told no as well.</summary>
    public static SagaDecision Reject(Saga saga, Act by, DateTimeOffset now)
        => saga.Status is SagaStatus.Held
            ? SagaTransitions.End(saga, SagaAudit.HoldRejected(saga, by), now)
            : SagaDecision.Unchanged(saga, saga.IsOver ? SagaDecision.Over(saga) : "The saga is not held: cancel it instead.");
}
