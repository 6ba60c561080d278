using System.Text.Json.Nodes;

namespace Deprovisioner.Storage.Reading;

/// <summary>Which sagas; what is null does not matter.</summary>
/// <param name="Status"><c>scheduled</c>, <c>running</c>, <c>needs-attention</c>, <c>held</c>, <c>completed</c>, <c>cancelled</c>.</param>
/// <param name="Kind"><c>leaver</c>, <c>leave</c>, <c>mover</c>, <c>restore</c>, <c>drift</c>.</param>
/// <param name="System">With a step on it.</param>
/// <param name="Late">With a stage whose deadline was missed, and not over.</param>
/// <param name="PlannedFrom">Planned then or later, UTC.</param>
/// <param name="PlannedBefore">Planned before, UTC.</param>
/// <param name="DeadlineBefore">Whose next deadline lies before, UTC.</param>
public sealed record SagaFilter(
    string? Status = null,
    string? Kind = null,
    string? Person = null,
    string? Policy = null,
    string? System = null,
    bool? Urgent = null,
    bool? Late = null,
    DateTimeOffset? PlannedFrom = null,
    DateTimeOffset? PlannedBefore = null,
    DateTimeOffset? DeadlineBefore = null);

/// <summary>A saga in a list. Times are UTC.</summary>
/// <param name="ResidualUntil">Until when tickets and tokens that were issued before may still work, the latest of all steps; null: nothing is known to.</param>
/// <param name="Steps">How many there are.</param>
/// <param name="Settled">How many of them succeeded, failed or were cancelled.</param>
/// <param name="Observed">How many only looked.</param>
/// <param name="Late">Stages whose deadline was missed.</param>
public sealed record SagaLine(
    Guid SagaId,
    string Kind,
    string PersonId,
    string EmploymentId,
    string Status,
    string Policy,
    bool Urgent,
    DateTimeOffset EffectiveAt,
    DateTimeOffset PlannedAt,
    DateTimeOffset? ContainedAt,
    DateTimeOffset? CompletedAt,
    DateTimeOffset? NextDeadlineAt,
    DateTimeOffset? ResidualUntil,
    int Steps,
    int Settled,
    int Failed,
    int Observed,
    IReadOnlyList<DeadlineView> Late);

/// <summary>A stage with a deadline, as it stands now.</summary>
/// <param name="CompletedAt">When its last step succeeded, UTC; null: some step has not.</param>
/// <param name="LateBy">By how much the deadline was missed, up to now where the stage is still open; null: it was not, so far.</param>
public sealed record DeadlineView(string Stage, DateTimeOffset Deadline, DateTimeOffset? CompletedAt, TimeSpan? LateBy);

/// <summary>A saga with all that is known of it. Times are UTC.</summary>
/// <param name="Summary">As in a list.</param>
/// <param name="EffectiveBasis">Why the effective time is what it is.</param>
/// <param name="PolicyVersion">SHA-256 of the organisation's file by which it was planned.</param>
/// <param name="PlanHash">SHA-256 of the plan.</param>
/// <param name="ReturnedAt">When the person was back: what the saga took was restored or given up then.</param>
/// <param name="Deadlines">Of every stage that has one, in order.</param>
/// <param name="Holds">For what the whole saga waits for a person.</param>
/// <param name="Approvals">Stages that wait for their approval.</param>
/// <param name="NotRestored">Of a restore: what could not be put back.</param>
/// <param name="Drift">What reading the accounts again has shown; null: nothing of it was read again.</param>
/// <param name="Audit">Its stream, evidence opened where it is still there.</param>
/// <param name="Events">The HR events that are about it, as far as the inbox names it.</param>
public sealed record SagaView(
    SagaLine Summary,
    string EffectiveBasis,
    string PolicyVersion,
    string PlanHash,
    DateTimeOffset? ReturnedAt,
    bool LegalHold,
    bool ProtectionReleased,
    string? TraceParent,
    IReadOnlyList<StageView> Stages,
    IReadOnlyList<DeadlineView> Deadlines,
    IReadOnlyList<HoldView> Holds,
    IReadOnlyList<ApprovalView> Approvals,
    IReadOnlyList<NotRestoredView> NotRestored,
    DriftView? Drift,
    IReadOnlyList<EventLine> Events,
    IReadOnlyList<AuditRowView> Audit);

/// <summary>A stage with its steps. Times are UTC.</summary>
/// <param name="OpensAt">Not before then.</param>
/// <param name="Deadline">When its steps shall all have succeeded; null: it has none.</param>
/// <param name="CompletedAt">When its last step succeeded; null: some step has not.</param>
/// <param name="DeadlineMissedAt">When it was decided that the deadline was missed.</param>
public sealed record StageView(
    int Ordinal,
    string Name,
    DateTimeOffset OpensAt,
    DateTimeOffset? Deadline,
    DateTimeOffset? CompletedAt,
    DateTimeOffset? DeadlineMissedAt,
    bool ApprovalRequired,
    bool Approved,
    IReadOnlyList<StepView> Steps);

/// <summary>A step. Times are UTC.</summary>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="NextAt">When it is sent next, or its lease ends; null: nothing is to come.</param>
/// <param name="Means">What the outcome means and what comes next, in words; null: nothing was reported yet.</param>
/// <param name="Reversible"><c>yes</c>, <c>no</c>, or a span such as <c>30d</c>.</param>
/// <param name="ReversibleUntil">The same as a time, where it is a span and the step succeeded.</param>
/// <param name="TaskDoneBy">Who said that the task is done, while somebody else has to verify it; null: nobody has, or nothing is to be verified.</param>
/// <param name="Candidates">The accounts that it could not tell apart: a person says which are theirs.</param>
/// <param name="Entitlements">Which entitlements it takes away, in words; null: all of them, or it takes none.</param>
public sealed record StepView(
    Guid StepId,
    int Ordinal,
    string System,
    string Action,
    string? Instruction,
    string Status,
    int Attempts,
    DateTimeOffset? NextAt,
    DateTimeOffset? SettledAt,
    string? Outcome,
    string? Code,
    string? Message,
    string? Means,
    DateTimeOffset? ResidualUntil,
    string Reversible,
    DateTimeOffset? ReversibleUntil,
    string? Entitlements,
    string? TaskOwner,
    DateTimeOffset? TaskDueAt,
    string? TaskDoneBy,
    IReadOnlyList<AccountCandidate> Candidates);

/// <summary>An account among which a person chooses.</summary>
/// <param name="Id">The system's immutable id.</param>
/// <param name="Name">The name a person would know it by.</param>
public sealed record AccountCandidate(string Id, string Name);

/// <summary>A reason for which a saga waits for a person.</summary>
/// <param name="Reason"><c>guard</c>, <c>protected</c>, <c>drift</c>.</param>
public sealed record HoldView(string Reason, string Detail, DateTimeOffset Since);

/// <summary>A stage that waits for its approval.</summary>
/// <param name="Hash">What has to be approved: this plan and these accounts, and no others.</param>
/// <param name="Accounts">The person's known accounts on the stage's systems, as SYSTEM ID.</param>
public sealed record ApprovalView(string Stage, string Hash, IReadOnlyList<string> Accounts);

/// <summary>Something that could not be put back.</summary>
/// <param name="Unclear">Nobody knows what there is to put back: a person has to look.</param>
public sealed record NotRestoredView(string System, string Action, string Why, bool Unclear);

/// <summary>A row of a saga's audit.</summary>
/// <param name="Record">What is hashed.</param>
/// <param name="Evidence">Null where there was none, or it was erased.</param>
public sealed record AuditRowView(long Sequence, DateTimeOffset At, string Type, JsonNode? Record, JsonNode? Evidence);

/// <summary>What reading the accounts of somebody who left again has shown. Times are UTC.</summary>
/// <param name="NextAt">When they are read next; null: not before another saga of this person ends.</param>
/// <param name="AskedAt">When they were asked about last.</param>
/// <param name="Why">What was decided last.</param>
/// <param name="Answers">The last answer of each step that is asked.</param>
public sealed record DriftView(DateTimeOffset? NextAt, DateTimeOffset? AskedAt, string? Why, IReadOnlyList<DriftAnswerView> Answers);

/// <summary>The last answer about one step.</summary>
/// <param name="Outcome">As the system gave it.</param>
/// <param name="Says">The same in words.</param>
public sealed record DriftAnswerView(Guid SagaId, string System, string Action, DateTimeOffset At, string Outcome, string Says);

/// <summary>An HR event that was accepted. Times are UTC.</summary>
/// <param name="Verdict"><c>applied</c>, <c>planned</c>, <c>scheduled</c>, <c>held</c>, <c>stale</c>, <c>superseded</c>, <c>no-op</c>.</param>
/// <param name="Deliveries">How often it came.</param>
/// <param name="Sender">Who brought it, as they signed in; null: it came over the broker, or is our own.</param>
public sealed record EventLine(
    long InboxId,
    string Source,
    string EventId,
    string Type,
    string PersonId,
    string EmploymentId,
    DateTimeOffset EventAt,
    DateTimeOffset ReceivedAt,
    string Verdict,
    string Reason,
    Guid? SagaId,
    int Deliveries,
    string? DismissedBy,
    string? DismissedWhy,
    DateTimeOffset? DismissedAt,
    string? Sender);
