using System.Text.Json.Serialization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Storage.Writing;

/// <summary>The <c>data</c> of a published event about a saga. Ids and times only.</summary>
internal sealed record SagaNoticeContent(
    Guid SagaId, string Kind, string PersonId, string EmploymentId, string Policy, string Status, DateTimeOffset EffectiveAt, DateTimeOffset? ContainedAt, DateTimeOffset? CompletedAt,
    IReadOnlyList<string> HeldFor, DateTimeOffset? ResidualUntil)
{
    /// <summary>The stages of which <c>deadline-missed</c> tells; absent from every other event.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MissedDeadline>? MissedDeadlines { get; init; }

    /// <summary>Why <c>needs-attention</c> asks somebody to look; absent from every other event.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FailedStep>? Failures { get; init; }

    /// <param name="now">When it was decided: the stages that were missed at that time are what is told.</param>
    public static SagaNoticeContent Of(SagaNotice notice, Saga saga, DateTimeOffset now)
        => new(
            saga.Id.Value, EnumText.Of(saga.Kind), saga.PersonId.Value, saga.EmploymentId.Value, saga.Policy, EnumText.Of(saga.Status), saga.EffectiveAt, saga.ContainedAt, saga.CompletedAt, ReasonsOf(saga),
            saga.Steps.Max(step => step.ResidualUntil))
        {
            MissedDeadlines = notice is SagaNotice.DeadlineMissed
                ? [.. saga.Stages.Where(stage => stage.DeadlineMissedAt == now).Select(stage => new MissedDeadline(stage.Name, StageDeadlines.Of(stage, saga.EffectiveAt)))]
                : null,
            Failures = notice is SagaNotice.NeedsAttention ? [.. saga.Steps.Where(NeedsSomebody).Select(Failure)] : null,
        };

    private static bool NeedsSomebody(Step step) => step.Status is StepStatus.Failed || step is { Status: StepStatus.OpenTask, Task.OverdueTold: true };

    private static FailedStep Failure(Step step)
        => new(
            step.System.Value, EnumText.Of(step.Action),
            step.Status is StepStatus.OpenTask ? TaskOverdue : step.Code ?? (step.Outcome is { } outcome ? EnumText.Of(outcome) : EnumText.Of(step.Status)));

    /// <summary>Why it is held; empty where it is not. A detail stays in the audit.</summary>
    internal static string[] ReasonsOf(Saga saga)
        => saga.Status is not SagaStatus.Held ? [] : saga.Holds.IsEmpty ? [DestructionHold.IsWhatHolds(saga) ? "legal-hold" : "approval"] : [.. saga.Holds.Select(h => EnumText.Of(h.Reason))];

    /// <summary>The code of a task that is past its due time.</summary>
    private const string TaskOverdue = "task-overdue";

    /// <param name="Code">Of the last outcome, or the outcome where it has none.</param>
    internal sealed record FailedStep(string System, string Action, string Code);

    internal sealed record MissedDeadline(string Stage, DateTimeOffset? Deadline);
}
