using System.Buffers.Binary;
using System.Security.Cryptography;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Sagas;

/// <summary>When a step that failed in passing is tried again. Pure: the clock's reading is an argument.</summary>
public static class RetryTimes
{
    /// <summary>Asked for patience without being told how much: as long as a common rate window.</summary>
    public static readonly TimeSpan ThrottleWithoutTime = TimeSpan.FromSeconds(30);

    /// <summary>A host's clock may be behind ours, and a system may say "0": still no faster than this, or a system that asked for patience would be hammered.</summary>
    public static readonly TimeSpan ShortestPatience = TimeSpan.FromSeconds(1);

    /// <summary>The time that the system asked for, but not at once; null where it named none.</summary>
    public static DateTimeOffset? Asked(DateTimeOffset? retryAt, DateTimeOffset now)
        => retryAt < now + ShortestPatience ? now + ShortestPatience : retryAt;

    /// <summary>
    /// The wait after the given failure (1 for the first): doubled each time up to the budget's longest, then spread over 75 to 125 %, so that steps which failed
    /// together do not come back together. The spread follows from step and failure, so a decision can be repeated to the same result.
    /// </summary>
    public static TimeSpan Backoff(StepId step, int failure, RetryBudget budget)
    {
        Span<byte> id = stackalloc byte[16];
        step.Value.TryWriteBytes(id);
        return Backoff(id, failure, budget);
    }

    /// <summary>The same for whatever else is tried again, by the bytes of its id: at most 16.</summary>
    public static TimeSpan Backoff(ReadOnlySpan<byte> id, int failure, RetryBudget budget)
    {
        // Compared as numbers: a quarter of an hour doubled thirty times is more than a TimeSpan holds.
        var doublings = Math.Pow(2, Math.Min(failure - 1, 30));
        var wait = budget.First.Ticks * doublings < budget.Max.Ticks ? budget.First * doublings : budget.Max;
        return wait * (0.75 + (0.5 * Spread(id, failure)));
    }

    private static double Spread(ReadOnlySpan<byte> id, int failure)
    {
        Span<byte> source = stackalloc byte[20];
        source.Clear();
        id.CopyTo(source);
        BinaryPrimitives.WriteInt32BigEndian(source[16..], failure);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(source, hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash) / (double)uint.MaxValue;
    }
}
