using System.Collections.Immutable;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Sagas;

/// <summary>Why a saga runs.</summary>
public enum SagaKind
{
    /// <summary>Access ends.</summary>
    Leaver,

    /// <summary>Access rests for a leave of absence, and comes back after it.</summary>
    Leave,

    /// <summary>What only the assignment before justified ends.</summary>
    Mover,

    /// <summary>What an earlier saga took is put back.</summary>
    Restore,

    /// <summary>What came back to life after a leaver saga ends again.</summary>
    Drift,
}

/// <summary>Where a saga stands. Worked out from its steps by <see cref="Saga.Standing"/>, never set by itself.</summary>
public enum SagaStatus
{
    /// <summary>Its time has not come, and nothing was tried yet.</summary>
    Scheduled,

    /// <summary>Steps are due, under way, or wait for their stage.</summary>
    Running,

    /// <summary>At least one step cannot succeed by itself; the others go on.</summary>
    NeedsAttention,

    /// <summary>Only a person can move it on: it has a hold, a stage waits for its approval, or a legal hold keeps all that is left.</summary>
    Held,

    /// <summary>Every step succeeded or was settled by a person.</summary>
    Completed,

    /// <summary>What had not run will not run.</summary>
    Cancelled,
}

/// <summary>One run of a policy for one person. Immutable; <see cref="SagaTransitions"/> gives the next one.</summary>
public sealed record Saga
{
    public required SagaId Id { get; init; }

    public required SagaKind Kind { get; init; }

    public required PersonId PersonId { get; init; }

    public required EmploymentId EmploymentId { get; init; }

    /// <summary>The employment's version when the plan was made; every command carries it.</summary>
    public required long Fence { get; init; }

    public required string Policy { get; init; }

    public required string PolicyVersion { get; init; }

    public required string PlanHash { get; init; }

    public required RetryBudget Retry { get; init; }

    public required bool Urgent { get; init; }

    /// <summary>When access ends, UTC.</summary>
    public required DateTimeOffset EffectiveAt { get; init; }

    public required string EffectiveBasis { get; init; }

    public required DateTimeOffset PlannedAt { get; init; }

    /// <summary>When the last step of the first stage succeeded, UTC; null while one was only observed.</summary>
    public DateTimeOffset? ContainedAt { get; init; }

    /// <summary>When the last step was settled, UTC.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Whether a legal hold on the person keeps the steps that destroy from starting.</summary>
    public bool LegalHold { get; init; }

    /// <summary>Whether somebody decided that it goes on although the person is protected: connector hosts then do not refuse its steps for that.</summary>
    public bool ProtectionReleased { get; init; }

    public required SagaStatus Status { get; init; }

    public required ImmutableArray<PlannedStage> Stages { get; init; }

    public required ImmutableArray<Step> Steps { get; init; }

    /// <summary>For what it waits for a person; while there is any, nothing of it is sent.</summary>
    public ImmutableArray<SagaHold> Holds { get; init; } = [];

    /// <summary>Of a restore saga: what was done and cannot be put back.</summary>
    public ImmutableArray<NotRestored> NotRestored { get; init; } = [];

    /// <summary>When the person whose access this saga took was back, UTC: what it took is restored or given up by then, and no later return asks for it. Null: not yet.</summary>
    public DateTimeOffset? ReturnedAt { get; init; }

    public bool IsOver => Status is SagaStatus.Completed or SagaStatus.Cancelled;

    /// <summary>A saga for a plan, its first stage not yet opened (<see cref="SagaTransitions.Start"/> does).</summary>
    public static Saga Of(Plan plan, SagaId id, SagaKind kind, PersonId person, EmploymentId employment, long fence, RetryBudget retry, DateTimeOffset now)
        => new()
        {
            Id = id,
            Kind = kind,
            PersonId = person,
            EmploymentId = employment,
            Fence = fence,
            Policy = plan.Policy,
            PolicyVersion = plan.PolicyVersion,
            PlanHash = plan.Hash(),
            Retry = retry,
            Urgent = plan.Urgent,
            EffectiveAt = plan.EffectiveAt,
            EffectiveBasis = plan.EffectiveBasis,
            PlannedAt = now,
            Status = SagaStatus.Scheduled,
            Stages = [.. plan.Stages],
            Steps = [.. plan.Steps.Select(step => Step.Of(step, id))],
            NotRestored = [.. plan.NotRestored],
        };

    /// <summary>The status that the steps amount to.</summary>
    public SagaStatus Standing(DateTimeOffset now)
    {
        if (Status is SagaStatus.Cancelled)
        {
            return SagaStatus.Cancelled;
        }

        var open = Steps.Where(step => !step.IsSettled).ToList();
        if (!Holds.IsEmpty && open.Count > 0)
        {
            return SagaStatus.Held;
        }

        if (Steps.Any(step => step.Status is StepStatus.Failed))
        {
            return SagaStatus.NeedsAttention;
        }

        if (open.Count == 0)
        {
            return SagaStatus.Completed;
        }

        if (open.All(step => step.Status is StepStatus.Waiting) && open.Any(step => Stages[step.Stage] is { ApprovalRequired: true, Approved: false } || DestructionHold.Keeps(this, step)))
        {
            return SagaStatus.Held;
        }

        return now < EffectiveAt && Steps.All(step => step.Sends == 0 && !step.IsSettled) ? SagaStatus.Scheduled : SagaStatus.Running;
    }
}
