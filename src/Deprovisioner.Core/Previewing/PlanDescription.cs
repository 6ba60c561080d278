using System.Text.Json.Serialization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Previewing;

/// <summary>
/// What an event would bring about: when, why, who must decide, what cannot be undone. Nothing of it was done. Made by <see cref="Preview"/>; commands print it, and its JSON is what machines are
/// given, so a property that is renamed here is renamed for them.
/// </summary>
public sealed record PlanDescription
{
    public required PersonId Person { get; init; }

    /// <summary>Given and family name, shortened, nothing invisible in it; null: not known.</summary>
    public string? Name { get; init; }

    /// <summary>The employments that the event, or each of several, is about.</summary>
    public required IReadOnlyList<EmploymentId> Employments { get; init; }

    /// <summary>The event's short name: <c>terminated</c>.</summary>
    public required string Event { get; init; }

    /// <summary>What else the event says, in words: <c>last day 2026-11-30</c>, <c>urgent</c>.</summary>
    public required IReadOnlyList<string> Says { get; init; }

    /// <summary>The time of the preview, UTC: what is known then, and what "now" means in it.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>The configuration's version.</summary>
    public required string Configuration { get; init; }

    [JsonConverter(typeof(EnumTextConverter<IntakeVerdict>))]
    public required IntakeVerdict Verdict { get; init; }

    /// <summary>The decision's own sentence.</summary>
    public required string Why { get; init; }

    /// <summary>Which policies were asked, and why each did or did not apply.</summary>
    public required IReadOnlyList<PolicyAsked> Policies { get; init; }

    /// <summary>New sagas first, then those that it would change.</summary>
    public required IReadOnlyList<SagaDescription> Sagas { get; init; }

    /// <summary>The person's open sagas that would stay as they are.</summary>
    public required IReadOnlyList<UntouchedSaga> Untouched { get; init; }

    /// <summary>Of a move: what becomes of the access; null: it is none, or there are no roles.</summary>
    public AccessDescription? Access { get; init; }

    /// <summary>What only a person can move on.</summary>
    public required IReadOnlyList<PersonNeeded> Decisions { get; init; }

    /// <summary>What would be done and cannot be undone.</summary>
    public required IReadOnlyList<StepConsequence> Irreversible { get; init; }

    /// <summary>What was done before and would not be given back by itself.</summary>
    public required IReadOnlyList<StepConsequence> NotGivenBack { get; init; }

    /// <summary>What is likely to go wrong, or is easily overlooked: one sentence each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>When the person would be looked at again though no event comes; null: never.</summary>
    public Moment? NextLook { get; init; }
}

/// <summary>An instant, and what the clock shows where the person works.</summary>
/// <param name="At">UTC.</param>
/// <param name="Local">ISO 8601 without offset: <c>2026-11-30T18:00:00</c>.</param>
/// <param name="TimeZone">IANA.</param>
public sealed record Moment(DateTimeOffset At, string Local, string TimeZone);

/// <summary>One question put to the policies.</summary>
/// <param name="Event">The short name of the event that was asked about: the end that a <c>changed</c> event moves is answered as <c>terminated</c>.</param>
/// <param name="Policy">The one that applies; null: none.</param>
/// <param name="Tried">One line for each policy that is for this event, in the file's order up to the one that applies.</param>
/// <param name="ForOtherEvents">How many were passed over because they are for other events.</param>
/// <param name="LeftOut">Steps of the policy whose own condition is not met, and why.</param>
public sealed record PolicyAsked(string Event, EmploymentId Employment, string? Policy, IReadOnlyList<string> Tried, int ForOtherEvents, IReadOnlyList<string> LeftOut);

/// <summary>What would become of a saga.</summary>
public enum SagaFate
{
    /// <summary>It is new.</summary>
    Opened,

    /// <summary>It goes on, changed.</summary>
    Changed,

    /// <summary>What had not run will not run.</summary>
    Cancelled,

    /// <summary>It had ended; the person is back, and what it took is given back or given up.</summary>
    Answered,
}

/// <summary>A saga as it would be.</summary>
public sealed record SagaDescription
{
    /// <summary>Null: it is new, and has none yet.</summary>
    public SagaId? Saga { get; init; }

    [JsonConverter(typeof(EnumTextConverter<SagaFate>))]
    public required SagaFate Fate { get; init; }

    [JsonConverter(typeof(EnumTextConverter<SagaKind>))]
    public required SagaKind Kind { get; init; }

    public required EmploymentId Employment { get; init; }

    public required string Policy { get; init; }

    /// <summary>The version of the configuration that planned it.</summary>
    public required string PolicyVersion { get; init; }

    public required string PlanHash { get; init; }

    [JsonConverter(typeof(EnumTextConverter<SagaStatus>))]
    public required SagaStatus Status { get; init; }

    public required bool Urgent { get; init; }

    public required Moment EffectiveAt { get; init; }

    public required string EffectiveBasis { get; init; }

    /// <summary>When it was to take effect until now; null: that stays, or it is new.</summary>
    public Moment? EffectiveBefore { get; init; }

    /// <summary>How many steps have run, or may have.</summary>
    public required int StepsRun { get; init; }

    /// <summary>How many will not run any more by this.</summary>
    public required int StepsStopped { get; init; }

    /// <summary>Empty for one that is over.</summary>
    public required IReadOnlyList<StageDescription> Stages { get; init; }
}

/// <summary>An open saga that stays as it is.</summary>
/// <param name="Settled">How many of its steps are settled.</param>
/// <param name="Steps">How many there are.</param>
/// <param name="Holds">For what it waits for a person, a sentence each.</param>
public sealed record UntouchedSaga(
    SagaId Saga,
    [property: JsonConverter(typeof(EnumTextConverter<SagaKind>))] SagaKind Kind,
    string Policy,
    [property: JsonConverter(typeof(EnumTextConverter<SagaStatus>))] SagaStatus Status,
    Moment EffectiveAt,
    int Settled,
    int Steps,
    IReadOnlyList<string> Holds);

/// <summary>A stage as it would be.</summary>
/// <param name="OpensAt">Not before this.</param>
/// <param name="Deadline">Null: none.</param>
/// <param name="After">The stage that is worked through before; null: it is the first.</param>
public sealed record StageDescription(
    string Name, Moment OpensAt, Moment? Deadline, string? After, bool ApprovalRequired, bool Approved, IReadOnlyList<StepDescription> Steps);

/// <summary>A step as it would be.</summary>
public sealed record StepDescription
{
    /// <summary>0 for the first of the saga.</summary>
    public required int Number { get; init; }

    public required SystemName System { get; init; }

    public required StepAction Action { get; init; }

    [JsonConverter(typeof(EnumTextConverter<StepStatus>))]
    public required StepStatus Status { get; init; }

    /// <summary>Known accounts by the system's immutable ids.</summary>
    public required IReadOnlyList<string> Accounts { get; init; }

    /// <summary>What finds the account: <c>person.email</c>; null: the system finds none, or that is not known of the person.</summary>
    public string? FoundBy { get; init; }

    /// <summary>True: nothing is changed there.</summary>
    public required bool Observed { get; init; }

    /// <summary><c>yes</c>, <c>no</c>, or for how long after it succeeded: <c>30d</c>.</summary>
    public required string Reversible { get; init; }

    /// <summary>True: it waits until everything before it has succeeded.</summary>
    public required bool Destroys { get; init; }

    /// <summary>Numbers of the steps that must have succeeded first.</summary>
    public required IReadOnlyList<int> Needs { get; init; }

    /// <summary>Of <c>remove-entitlements</c>: which; null: all.</summary>
    public EntitlementSelection? Selection { get; init; }

    /// <summary>Of <c>restore-account</c>: the accounts as they shall be again.</summary>
    public required IReadOnlyList<RestoredAccount> Restores { get; init; }

    /// <summary>Of <c>manual-task</c>.</summary>
    public TaskDescription? Task { get; init; }
}

/// <summary>An account as it shall be again.</summary>
/// <param name="SignIn">Whether it can be signed in with again; false: that is left as it is.</param>
/// <param name="Entitlements">What is given back to it.</param>
/// <param name="Recovered">Whether it was deleted, and is brought back first.</param>
public sealed record RestoredAccount(string AccountId, string Name, bool SignIn, IReadOnlyList<string> Entitlements, bool Recovered = false);

/// <summary>What a person would be asked to do.</summary>
/// <param name="Within">How long they have: <c>24h</c>.</param>
/// <param name="Verified">Whether somebody else must vouch for it.</param>
public sealed record TaskDescription(string Owner, string? Instruction, string Within, bool Verified);

/// <summary>What a move makes of somebody's access.</summary>
/// <param name="Gained">Shown, and not granted by us.</param>
/// <param name="Unexplained">What becomes of entitlements that no role explains; null: no policy matches.</param>
public sealed record AccessDescription(
    Assignment? From, Assignment? To, IReadOnlyList<EntitlementDescription> Lost, IReadOnlyList<EntitlementDescription> Kept, IReadOnlyList<EntitlementDescription> Gained, UnexplainedEntitlements? Unexplained);

/// <summary>An entitlement, and the roles that justify or justified it.</summary>
public sealed record EntitlementDescription(SystemName System, string Entitlement, IReadOnlyList<string> Roles);

/// <summary>Why something waits for a person.</summary>
public enum NeedReason
{
    /// <summary>The mass guard holds the saga.</summary>
    Guard,

    /// <summary>The person is protected.</summary>
    Protected,

    /// <summary>A legal hold keeps what destroys.</summary>
    LegalHold,

    /// <summary>A stage asks for an approval.</summary>
    Approval,

    /// <summary>The event itself cannot be obeyed as it is.</summary>
    Event,
}

/// <summary>Something that only a person can move on.</summary>
/// <param name="Why">One sentence, with the numbers where there are any.</param>
/// <param name="Who">Who can decide it, and by what command.</param>
/// <param name="WhoNot">Who cannot; null: nobody is kept from it.</param>
public sealed record PersonNeeded([property: JsonConverter(typeof(EnumTextConverter<NeedReason>))] NeedReason Reason, string Why, string Who, string? WhoNot = null);

/// <summary>What a step does, or did, that stays.</summary>
/// <param name="Systems">Where.</param>
/// <param name="Why">One sentence for a person.</param>
public sealed record StepConsequence(IReadOnlyList<SystemName> Systems, StepAction Action, string Why);
