using System.Buffers.Binary;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Notifying;

/// <summary>One delivery that was tried.</summary>
/// <param name="Attempts">With this one.</param>
/// <param name="GiveUpAt">No attempt begins later, UTC.</param>
/// <param name="FailuresOfReceiver">How often in a row it took nothing, before this.</param>
public sealed record DeliveryAttempt(long Id, int Attempts, DateTimeOffset GiveUpAt, int FailuresOfReceiver);

/// <summary>What follows from an answer. The delivery has a time of its own, so that one which a receiver cannot digest holds up no other; and the receiver has one, so that one that is down is not knocked at by all that waits for it.</summary>
public abstract record DeliveryDecision
{
    /// <summary>Each for itself: at the first failure soon, since most are over in a moment; in the end hourly.</summary>
    internal static readonly RetryBudget OfDelivery = new() { First = TimeSpan.FromSeconds(5), Max = TimeSpan.FromHours(1) };

    /// <summary>All of a receiver's together.</summary>
    internal static readonly RetryBudget OfReceiver = new() { First = TimeSpan.FromSeconds(1), Max = TimeSpan.FromMinutes(1) };

    /// <summary>No receiver means longer; a wrong unit or a wrong clock does.</summary>
    private static readonly TimeSpan LongestPatience = TimeSpan.FromDays(1);

    private DeliveryDecision()
    {
    }

    public static DeliveryDecision Of(DeliveryAnswer answer, DeliveryAttempt attempt, DateTimeOffset now)
    {
        switch (answer.Result)
        {
            case DeliveryResult.Delivered:
                return new Done();
            case DeliveryResult.Gone:
                return new GivenUp(ReceiverIsGone: true, QuietUntil: null);
            case DeliveryResult.Refused:
                return new GivenUp(ReceiverIsGone: false, QuietUntil: null);
            default:
                break;
        }

        var asked = RetryTimes.Asked(answer.RetryAt, now) is { } at ? at < now + LongestPatience ? at : now + LongestPatience : (DateTimeOffset?)null;
        var next = now + Backoff(attempt.Id, attempt.Attempts, OfDelivery);
        next = asked > next ? asked.Value : next;
        var quiet = asked ?? now + Backoff(attempt.Id, attempt.FailuresOfReceiver + 1, OfReceiver);
        return next > attempt.GiveUpAt ? new GivenUp(ReceiverIsGone: false, quiet) : new Again(next, quiet);
    }

    private static TimeSpan Backoff(long id, int failure, RetryBudget budget)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, id);
        return RetryTimes.Backoff(bytes, failure, budget);
    }

    public sealed record Done : DeliveryDecision;

    /// <param name="At">Not before, UTC.</param>
    /// <param name="QuietUntil">The receiver is asked nothing before, UTC.</param>
    public sealed record Again(DateTimeOffset At, DateTimeOffset QuietUntil) : DeliveryDecision;

    /// <param name="QuietUntil">The receiver is asked nothing before, UTC; null: it answered.</param>
    public sealed record GivenUp(bool ReceiverIsGone, DateTimeOffset? QuietUntil) : DeliveryDecision;
}
