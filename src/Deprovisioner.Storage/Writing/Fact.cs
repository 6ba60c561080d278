using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;

namespace Deprovisioner.Storage.Writing;

/// <summary>Something that happened, and must be recorded with all that follows from it before anybody is told so. The set is closed.</summary>
public abstract record Fact
{
    private Fact()
    {
    }

    /// <summary>A valid HR event arrived.</summary>
    /// <param name="Raw">The bytes as they came.</param>
    /// <param name="TraceParent">W3C trace context under which the saga's spans will stand; null where tracing is off.</param>
    /// <param name="Sender">Who brought it, as they signed in; null: it came over the broker, or is our own.</param>
    public sealed record EventArrived(HrEvent Event, ReadOnlyMemory<byte> Raw, DateTimeOffset ReceivedAt, string? TraceParent, string? Sender = null) : Fact;

    /// <summary>A message arrived that is no valid HR event.</summary>
    /// <param name="Why">The parser's verdict.</param>
    /// <param name="Sender">As of <see cref="EventArrived"/>.</param>
    public sealed record InvalidArrived(HrEventParse.Invalid Why, ReadOnlyMemory<byte> Raw, DateTimeOffset ReceivedAt, string? Sender = null) : Fact;

    /// <summary>A connector host reported.</summary>
    public sealed record Reported(IReadOnlyList<StepReport> Reports, SystemName System) : Fact;

    /// <summary>Due steps cannot be sent since their system is paused or down; or they were sent, and nobody answered.</summary>
    /// <param name="Reason">See <see cref="Core.Sagas.SagaInput.Blocked"/>.</param>
    public sealed record StepsBlocked(IReadOnlyList<(SagaId Saga, StepId Step)> Steps, string? Reason) : Fact;

    /// <summary>Nothing happened to these sagas but time: a stage's deadline may have passed.</summary>
    public sealed record DeadlinesPassed(IReadOnlyList<SagaId> Sagas) : Fact;

    /// <summary>The time has come of steps about which guard and approvals are asked once more before they are sent.</summary>
    public sealed record StepsComeDue(IReadOnlyList<SagaId> Sagas) : Fact;

    /// <summary>People's tasks are past their due time.</summary>
    public sealed record TasksOverdue(IReadOnlyList<(SagaId Saga, StepId Step)> Tasks) : Fact;

    /// <summary>Nothing happened to a replay but time: what became of its steps may move it on.</summary>
    public sealed record ReplayLookedAt(ReplayJobId Job) : Fact;

    /// <summary>A person asked for something; the request is a row.</summary>
    public sealed record ActRequested(long ActId) : Fact;

    /// <summary>The time has come at which a person must be looked at again though no event came (<see cref="PersonRecord.NextLook"/>).</summary>
    /// <param name="TraceParent">As of <see cref="EventArrived"/>, for what is opened then.</param>
    public sealed record PersonDue(PersonId Person, string? TraceParent = null) : Fact;

    /// <summary>A connector host answered with a page of a system's accounts, or with the fault in place of one.</summary>
    public sealed record AccountsWereListed(AccountsListed Listed) : Fact;

    /// <summary>A connector host looked at a system as it was asked to.</summary>
    public sealed record SystemWasChecked(SystemChecked Checked) : Fact;

    /// <summary>By the configuration's schedule it is time to reconcile this system.</summary>
    public sealed record ReconciliationDue(SystemName System) : Fact;

    /// <summary>A reconciliation gets nowhere.</summary>
    /// <param name="Why">One sentence.</param>
    public sealed record ReconciliationStalled(ReconciliationId Run, string Why) : Fact;

    /// <summary>Access of somebody who left may be there again: answers say so that nobody has taken yet.</summary>
    /// <param name="TraceParent">As of <see cref="EventArrived"/>, for what is opened then.</param>
    public sealed record DriftFound(PersonId Person, string? TraceParent = null) : Fact;

    /// <summary>The organisation's file was taken up in a new version.</summary>
    public sealed record ConfigurationTakenUp(string Version) : Fact;

    /// <summary>The organisation's file was changed into one with faults: what was in force stays so.</summary>
    /// <param name="Version">SHA-256 of the refused file, lower-case hex.</param>
    /// <param name="InForce">The version that stays.</param>
    public sealed record ConfigurationRefused(string Version, int Faults, string InForce) : Fact;
}

/// <summary>What was committed about a fact.</summary>
/// <param name="Verdict">A stable word: an intake verdict, <c>duplicate</c>, <c>quarantined</c>, <c>recorded</c>, <c>done</c>, <c>refused</c>.</param>
/// <param name="Reason">One sentence for a person.</param>
/// <param name="SagaId">The saga that was planned or touched.</param>
public sealed record FactAnswer(string Verdict, string Reason, SagaId? SagaId = null);
