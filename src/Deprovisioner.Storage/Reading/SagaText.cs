using System.Collections.Immutable;
using System.Text.Json;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Reading;

/// <summary>A saga's rows as people see them. Its steps must be loaded.</summary>
internal static class SagaText
{
    public static ImmutableArray<PlannedStage> Stages(SagaEntity saga) => [.. JsonSerializer.Deserialize<PlannedStage[]>(saga.Stages, JsonSerializerOptions.Web)!];

    public static IReadOnlyList<HoldView> Holds(SagaEntity saga) => JsonSerializer.Deserialize<HoldView[]>(saga.Holds, JsonSerializerOptions.Web)!;

    public static IReadOnlyList<NotRestoredView> NotRestored(SagaEntity saga)
        => [.. JsonSerializer.Deserialize<NotRestored[]>(saga.NotRestored, JsonSerializerOptions.Web)!.Select(n => new NotRestoredView(n.System.Value, EnumText.Of(n.Action), n.Why, n.IsUnclear))];

    public static SagaLine Line(SagaEntity saga, DateTimeOffset now)
        => new(
            saga.SagaId,
            saga.Kind,
            saga.PersonId,
            saga.EmploymentId,
            saga.Status,
            saga.Policy,
            saga.Urgent,
            saga.EffectiveAt,
            saga.PlannedAt,
            saga.ContainedAt,
            saga.CompletedAt,
            saga.NextDeadlineAt,
            saga.Steps.Max(step => step.ResidualUntil),
            saga.Steps.Count,
            saga.Steps.Count(step => step.Status is "succeeded" or "failed" or "cancelled"),
            saga.Steps.Count(step => step.Status == "failed"),
            saga.Steps.Count(step => step.Outcome == "observed"),
            [.. Deadlines(saga, now).Where(stage => stage.LateBy is not null)]);

    /// <summary>Every stage that has a deadline, in order.</summary>
    public static IReadOnlyList<DeadlineView> Deadlines(SagaEntity saga, DateTimeOffset now)
        => [.. from stage in StagesOf(saga)
               where stage.Deadline is not null && stage.Steps.Count > 0
               select new DeadlineView(stage.Name, stage.Deadline!.Value, stage.CompletedAt, Past(stage.Deadline.Value, stage.CompletedAt ?? saga.CompletedAt ?? now))];

    public static IReadOnlyList<StageView> StagesOf(SagaEntity saga)
        => [.. from stage in Stages(saga)
               let steps = saga.Steps.Where(step => step.Stage == stage.Ordinal).OrderBy(step => step.Ordinal).ToList()
               select new StageView(
                   stage.Ordinal, stage.Name, saga.EffectiveAt + stage.After, StageDeadlines.Of(stage, saga.EffectiveAt), Completed(steps), stage.DeadlineMissedAt, stage.ApprovalRequired, stage.Approved,
                   steps.ConvertAll(Step))];

    private static StepView Step(StepEntity step)
    {
        var reversible = step.Reversible is { } said ? Reversibility.Parse(said) : Reversibility.Of(EnumText.Parse<StepAction>(step.Action));

        // A span counts from when the step succeeded.
        var until = reversible.Span is { } span && span > TimeSpan.Zero && step is { Status: "succeeded", SettledAt: { } at } ? at + span : (DateTimeOffset?)null;
        return new StepView(
            step.StepId, step.Ordinal, step.System, step.Action, step.Instruction, step.Status, step.Sends, step.DueAt ?? step.LeaseUntil, step.SettledAt, step.Outcome, step.Code, step.Message, OutcomeText.Of(step),
            step.ResidualUntil, reversible.ToString(), until, SelectionText.Parse(step.Selection) is { } selection ? EntitlementsText.Of(selection) : null, step.TaskOwner ?? step.Owner, step.TaskDueAt, step.Status == "open-task" ? step.TaskDoneBy : null, step.Status == "failed" ? AccountChoices.Read(step.Candidates) : []);
    }

    private static DateTimeOffset? Completed(List<StepEntity> steps) => steps.TrueForAll(step => step.Status == "succeeded") ? steps.Max(step => step.SettledAt) : null;

    private static TimeSpan? Past(DateTimeOffset deadline, DateTimeOffset end) => end > deadline ? end - deadline : null;
}
