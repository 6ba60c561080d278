namespace Deprovisioner.Connectors.Hosting;

/// <summary>How patient the host is with a system. Constants of the product; a record so that tests need not wait for them.</summary>
internal sealed record HostTimings
{
    /// <summary>Two: a third failure in a row within a second is more than a hiccup, and waiting longer is the orchestrator's work.</summary>
    public int RetriesInPlace { get; init; } = 2;

    /// <summary>Doubled after the first, with jitter.</summary>
    public TimeSpan FirstRetryAfter { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>A throttle that ends within this is waited out here; a longer one would hold a place that others could use.</summary>
    public TimeSpan LongestThrottleInPlace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Reads after an action until it shows; with the delay below about 2 s in all, what replicas of directories usually lag.</summary>
    public int ReadBacks { get; init; } = 4;

    /// <summary>Doubled after each read, with jitter: 0.13 + 0.26 + 0.52 + 1.04 s.</summary>
    public TimeSpan FirstReadBackAfter { get; init; } = TimeSpan.FromMilliseconds(130);

    /// <summary>Calls in a row that reach nothing before the circuit opens: two steps with their retries.</summary>
    public int UnreachableBeforeOpen { get; init; } = 6;

    /// <summary>The window in which they are counted.</summary>
    public TimeSpan CircuitWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long nothing is sent before one call may try. Shorter than the time between two probes of the orchestrator: a probe that this refused would say nothing.</summary>
    public TimeSpan CircuitOpenFor { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>When the host ends, how long a step that is under way may go on before it is handed back. Below the 30 s after which a .NET host gives up.</summary>
    public TimeSpan FinishWithin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long reports are tried again before their commands are handed back to the broker.</summary>
    public TimeSpan ReportFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause before each further try at sending reports.</summary>
    public TimeSpan ReportRetryAfter { get; init; } = TimeSpan.FromMilliseconds(500);
}
