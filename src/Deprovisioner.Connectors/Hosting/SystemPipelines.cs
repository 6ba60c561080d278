using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>
/// One system's resilience. A step waits for a place and then has a time of its own; each of its calls has a time-out, sits behind the
/// system's circuit, and is tried again for a passing fault. The circuit is inside the retry, so an open circuit is not retried.
/// </summary>
internal sealed class SystemPipelines
{
    public SystemPipelines(SystemLimits limits, HostTimings timings, TimeProvider clock)
    {
        Step = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddStrategy(_ => new ConcurrencyStrategy(limits.Concurrency), new ConcurrencyStrategyOptions())
            .AddTimeout(StepTimeout(limits))
            .Build();
        Call = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(Retry(timings, clock))
            .AddCircuitBreaker(Circuit(timings))
            .AddTimeout(limits.Timeout)
            .Build();
        Look = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(Retry(timings, clock))
            .AddTimeout(limits.Timeout)
            .Build();
        ReadBack = new ResiliencePipelineBuilder<ReadBack> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<ReadBack>
            {
                MaxRetryAttempts = timings.ReadBacks,
                Delay = timings.FirstReadBackAfter,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Result is { Reached: false, Answer.Fault: null }),
            })
            .Build();
    }

    /// <summary>Around a whole step.</summary>
    public ResiliencePipeline Step { get; }

    /// <summary>Around one call to the system.</summary>
    public ResiliencePipeline Call { get; }

    /// <summary>Around one call of somebody who wants to know whether the system is there: whatever its circuit says, and without a word in it.</summary>
    public ResiliencePipeline Look { get; }

    /// <summary>Around reading back, for systems that show a change a little later.</summary>
    public ResiliencePipeline<ReadBack> ReadBack { get; }

    /// <summary>The step ends one time-out before its lease does, so that its report arrives before it is sent again.</summary>
    internal static TimeSpan StepTimeout(SystemLimits limits)
        => limits.Lease - limits.Timeout > limits.Timeout ? limits.Lease - limits.Timeout : limits.Timeout;

    private static RetryStrategyOptions Retry(HostTimings timings, TimeProvider clock) => new()
    {
        MaxRetryAttempts = timings.RetriesInPlace,
        Delay = timings.FirstRetryAfter,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is SystemFaultException { Fault: var fault }
            && (fault.Outcome == Contracts.Outcome.Transient || Wait(fault, clock) <= timings.LongestThrottleInPlace)),
        DelayGenerator = arguments => ValueTask.FromResult(
            arguments.Outcome.Exception is SystemFaultException { Fault: var fault } ? Wait(fault, clock) : null),
    };

    /// <summary>How long a throttle with a known end asks us to wait; null for anything else.</summary>
    private static TimeSpan? Wait(Fault fault, TimeProvider clock)
    {
        if (fault.Outcome != Contracts.Outcome.Throttled || fault.RetryAt is not { } retryAt)
        {
            return null;
        }

        var wait = retryAt - clock.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private static CircuitBreakerStrategyOptions Circuit(HostTimings timings) => new()
    {
        // Every call of the window has to have failed: one that gets through shows that the system is there.
        FailureRatio = 1.0,
        MinimumThroughput = timings.UnreachableBeforeOpen,
        SamplingDuration = timings.CircuitWindow,
        BreakDuration = timings.CircuitOpenFor,
        ShouldHandle = arguments => ValueTask.FromResult(
            arguments.Outcome.Exception is TimeoutRejectedException or SystemFaultException { Fault.Code: Fault.Unreachable or Fault.NoAnswer }),
    };
}

/// <summary>What a read after an action showed.</summary>
internal sealed record ReadBack(Answer<AccountState?> Answer, bool Reached);
