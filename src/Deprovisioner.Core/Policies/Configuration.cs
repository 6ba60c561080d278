using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;
using Deprovisioner.Core.Drift;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Notifying;
using Deprovisioner.Core.Reconciling;

namespace Deprovisioner.Core.Policies;

/// <summary>What the organisation decided: the checked content of <c>deprovisioner.yaml</c>.</summary>
public sealed record Configuration
{
    /// <summary>SHA-256 of the file's bytes, lower-case hex: the version that a saga keeps.</summary>
    public required string Version { get; init; }

    /// <summary>The file's text, secrets still references.</summary>
    public required string Text { get; init; }

    public required IReadOnlyList<SystemSettings> Systems { get; init; }

    /// <summary>In order: the first whose <see cref="Policy.When"/> matches is taken.</summary>
    public required IReadOnlyList<Policy> Policies { get; init; }

    public required ConfigurationDefaults Defaults { get; init; }

    /// <summary>Null: any number of people may leave at once, and nobody is asked.</summary>
    public GuardSettings? Guard { get; init; }

    /// <summary>When the accounts of people who left are read again; null: never.</summary>
    public DriftSettings? Drift { get; init; } = new();

    /// <summary>The access model; empty: a transfer takes nothing away.</summary>
    public IReadOnlyList<AccessRole> Roles { get; init; } = [];

    /// <summary>Who and what is never touched without somebody deciding so; nobody unless told.</summary>
    public ProtectedEntries Protected { get; init; } = ProtectedEntries.None;

    /// <summary>Whether every system is only observed, whatever stands at the system itself.</summary>
    public bool Observe { get; init; }

    /// <summary>Null: systems are reconciled only when somebody asks.</summary>
    public ReconcileSettings? Reconcile { get; init; }

    /// <summary>Who is told of what by webhook and mail; nobody unless told.</summary>
    public NotificationSettings Notifications { get; init; } = NotificationSettings.None;
}

/// <summary>What holds where event and policy are silent.</summary>
/// <param name="TimeZone">IANA zone; <c>Etc/UTC</c> unless told.</param>
/// <param name="Cutoff">Local time on the last day at which access ends; 18:00 unless told.</param>
/// <param name="LocationZones">IANA zone of each location that events name.</param>
public sealed record ConfigurationDefaults(string TimeZone, TimeOnly Cutoff, IReadOnlyDictionary<string, string> LocationZones)
{
    /// <summary>The longest gap between two employments of a person over which access stays; 72 h unless told, so that a Friday and a Monday are joined.</summary>
    public TimeSpan Bridge { get; init; } = TimeSpan.FromHours(72);
}

/// <summary>For a kind of change: which stages and steps follow, and how fast.</summary>
public sealed record Policy
{
    public required string Name { get; init; }

    public required PolicyCondition When { get; init; }

    /// <summary>Overrides <see cref="ConfigurationDefaults.Cutoff"/>.</summary>
    public TimeOnly? Cutoff { get; init; }

    /// <summary>Overrides <see cref="ConfigurationDefaults.TimeZone"/>.</summary>
    public string? TimeZone { get; init; }

    public RetryBudget Retry { get; init; } = new();

    /// <summary>For a transfer: how long after it what only the old assignment justified is left; none unless told, at most ten years.</summary>
    public TimeSpan Grace { get; init; }

    /// <summary>For a transfer: what becomes of entitlements that no role explains; they are kept unless told.</summary>
    public UnexplainedEntitlements Unexplained { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<PolicyStage> Stages { get; init; }
}

/// <summary>
/// When a policy, or a step of it, applies. An empty list asks nothing; texts are compared without regard to case, and may begin or end with <c>*</c>.
/// </summary>
public sealed record PolicyCondition
{
    /// <summary>Short names of event types, such as <c>terminated</c>: at least one for a policy, none for a step.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>The one event of a condition that has one; <see cref="Events"/> in one text.</summary>
    public string Event
    {
        get => string.Join(" or ", Events);
        init => Events = [value];
    }

    public IReadOnlyList<string> Reasons { get; init; } = [];

    public IReadOnlyList<string> WorkerTypes { get; init; } = [];

    public IReadOnlyList<string> Departments { get; init; } = [];

    public IReadOnlyList<string> Titles { get; init; } = [];

    public IReadOnlyList<string> Locations { get; init; } = [];

    /// <summary>Person ids of managers.</summary>
    public IReadOnlyList<string> Managers { get; init; } = [];

    /// <summary>CloudEvents <c>source</c>.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    public IReadOnlyList<string> Persons { get; init; } = [];

    public IReadOnlyList<string> Employments { get; init; } = [];

    /// <summary>Null asks nothing.</summary>
    public bool? Urgent { get; init; }
}

/// <summary>How long a step that fails in passing is tried again.</summary>
public sealed record RetryBudget
{
    /// <summary>The wait after the first failure, doubled after each further one; 2 s unless told.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait; 5 min unless told.</summary>
    public TimeSpan Max { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Counted from when the step was first due; a failure after it is final. 3 days unless told.</summary>
    public TimeSpan For { get; init; } = TimeSpan.FromDays(3);
}

/// <summary>An ordered part of a policy.</summary>
public sealed record PolicyStage
{
    public required string Name { get; init; }

    /// <summary>Deadline, counted from the effective time plus <see cref="After"/>; null: none.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>Not before the effective time plus this; null: at once.</summary>
    public TimeSpan? After { get; init; }

    /// <summary>Whether the stage waits for a person's approval.</summary>
    public bool ApprovalRequired { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<PolicyStep> Steps { get; init; }
}

/// <summary>One line of a stage.</summary>
public sealed record PolicyStep
{
    /// <summary>Null for <c>"*"</c>: every configured system whose connector supports the action.</summary>
    public required SystemName? System { get; init; }

    public required StepAction Action { get; init; }

    /// <summary>What a person is asked to do, for <see cref="StepAction.ManualTask"/>.</summary>
    public string? Instruction { get; init; }

    /// <summary>Who is asked, for <see cref="StepAction.ManualTask"/>; null: the system's owner.</summary>
    public string? Owner { get; init; }

    /// <summary>Null: always.</summary>
    public PolicyCondition? When { get; init; }

    /// <summary>Overrides <see cref="Reversibility.Of"/>; null: what the action is by itself.</summary>
    public Reversibility? Reversible { get; init; }

    /// <summary>Steps that must have succeeded before this one starts, beside what must anyway. One that is not planned is not waited for.</summary>
    public IReadOnlyList<StepNeed> Needs { get; init; } = [];
}

/// <summary>A step of the same policy that stands before.</summary>
/// <param name="System">Null for <c>"*"</c>: on every system on which it stands before.</param>
public sealed record StepNeed(SystemName? System, StepAction Action);
