namespace Deprovisioner.Contracts;

/// <summary>Connector host to orchestrator: how attempts ended.</summary>
/// <param name="System">The one system of all the reports.</param>
/// <param name="Reports">At least one.</param>
public sealed record StepsReported(SystemName System, IReadOnlyList<StepReport> Reports);

/// <summary>How one attempt at one step ended.</summary>
public sealed record StepReport
{
    public required SagaId SagaId { get; init; }

    public required StepId StepId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>As in the command: the answer to a question, not a step's outcome.</summary>
    public bool Probe { get; init; }

    public required Outcome Outcome { get; init; }

    /// <summary>A short stable word for what happened (<c>unreachable</c>, <c>http-409</c>, <c>ldap-50</c>); null where the outcome says it all.</summary>
    public string? Code { get; init; }

    /// <summary>One sentence for a person, without secrets.</summary>
    public string? Message { get; init; }

    /// <summary>For <see cref="Outcome.Throttled"/> and <see cref="Outcome.Accepted"/>: not before this instant, UTC.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Until when what was issued before may still work (a ticket, a bearer token), UTC; null: nothing is known to.</summary>
    public DateTimeOffset? ResidualUntil { get; init; }

    /// <summary>Who has what to do until when, where a person was asked; else null.</summary>
    public TaskAssignment? Task { get; init; }

    /// <summary>The accounts it was about, before and after. Redacted.</summary>
    public IReadOnlyList<AccountEvidence> Evidence { get; init; } = [];

    /// <summary>The accounts as they were before this attempt changed them; empty where nothing was changed.</summary>
    public IReadOnlyList<AccountSnapshot> Snapshots { get; init; } = [];

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }
}

/// <summary>What the system said of one account before and after the attempt, in words and numbers a person can read. No secrets.</summary>
/// <param name="AccountId">The system's immutable id.</param>
/// <param name="Name">The name a person would know it by.</param>
/// <param name="Before">What was read first.</param>
/// <param name="After">What was read back; null where nothing was done, or the account is gone.</param>
public sealed record AccountEvidence(
    string AccountId,
    string Name,
    IReadOnlyDictionary<string, string> Before,
    IReadOnlyDictionary<string, string>? After);
