using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Probing;

/// <summary>Who asks.</summary>
public enum ProbePurpose
{
    /// <summary>Whether what a leaver saga cut is still cut.</summary>
    Drift,

    /// <summary>What a step would do if it were replayed now.</summary>
    Replay,
}

/// <summary>Where a question stands, and who moves it on.</summary>
public enum ProbeStatus
{
    /// <summary>May be asked from <see cref="Probe.DueAt"/> on. The dispatcher claims it, after all steps that are due on its system.</summary>
    Due,

    /// <summary>Asked, under a lease. A report moves it on, or the lease's end does.</summary>
    InFlight,

    /// <summary>Over. Whoever asked reads it, and may ask again.</summary>
    Answered,
}

/// <summary>
/// A question to a target system: what would this step do there now? It is asked by running the step without changing anything, so that question and deed cannot disagree
/// about which account is meant and what is left to do.
/// </summary>
public sealed record Probe
{
    /// <summary>A system that cannot answer so often in a row is answered for: with its last error.</summary>
    public const int MostFailures = 3;

    private static readonly RetryBudget Patience = new() { First = TimeSpan.FromSeconds(5), Max = TimeSpan.FromMinutes(1), For = TimeSpan.FromMinutes(5) };

    public required ProbeId Id { get; init; }

    public required StepId Step { get; init; }

    public required SystemName System { get; init; }

    public required ProbePurpose Purpose { get; init; }

    public required ProbeStatus Status { get; init; }

    /// <summary>How often it was sent.</summary>
    public int Sends { get; init; }

    /// <summary>How often in a row it failed in passing. Throttling does not count.</summary>
    public int Failures { get; init; }

    /// <summary>Not before, UTC; set while <see cref="ProbeStatus.Due"/>.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>
    /// The last answer: <c>observed</c> means that the step would change something, <c>already</c> and <c>absent</c> that there is nothing left to change; the others are why that cannot be said.
    /// </summary>
    public Outcome? Outcome { get; init; }

    public string? Code { get; init; }

    public string? Message { get; init; }

    /// <summary>When <see cref="Outcome"/> was given, UTC.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>The probe after a report; the same one where the report is late, repeated, or of another attempt.</summary>
    public Probe After(StepReport report, DateTimeOffset now)
    {
        if (Status is not ProbeStatus.InFlight || report.Attempt != Sends)
        {
            return this;
        }

        var told = this with { Outcome = report.Outcome, Code = report.Code, Message = report.Message, AnsweredAt = now };
        return report.Outcome switch
        {
            Contracts.Outcome.Throttled => told.Again(RetryTimes.Asked(report.RetryAt, now) ?? now + RetryTimes.ThrottleWithoutTime),

            // The system's gate is shut by this answer, and opens when a probe of its own succeeds.
            Contracts.Outcome.Unauthorized => told.Again(now),
            Contracts.Outcome.Transient or Contracts.Outcome.Indeterminate when Failures + 1 < MostFailures
                => (told with { Failures = Failures + 1 }).Again(now + RetryTimes.Backoff(new StepId(Id.Value), Failures + 1, Patience)),
            _ => told with { Status = ProbeStatus.Answered, Failures = 0 },
        };
    }

    private Probe Again(DateTimeOffset at) => this with { Status = ProbeStatus.Due, DueAt = at };
}
