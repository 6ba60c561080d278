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

    /// <summary>How often an unfinished job of the target is asked about where it names no time.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The wait after the given failure (1 for the first): doubled each time up to the budget's longest, then spread over 75 to 125 %, so that steps which failed
    /// together do not come back together. The spread follows from step and failure, so a decision can be repeated to the same result.
    /// </summary>
    public static TimeSpan Backoff(StepId step, int failure, RetryBudget budget)
    {
        var doubled = budget.First * Math.Pow(2, Math.Min(failure - 1, 30));
        var wait = doubled < budget.Max ? doubled : budget.Max;
        return wait * (0.75 + (0.5 * Spread(step, failure)));
    }

    private static double Spread(StepId step, int failure)
    {
        Span<byte> source = stackalloc byte[20];
        step.Value.TryWriteBytes(source);
        BinaryPrimitives.WriteInt32BigEndian(source[16..], failure);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(source, hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash) / (double)uint.MaxValue;
    }
}
