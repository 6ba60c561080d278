using System.Collections.Immutable;
using Deprovisioner.Core.Planning;

namespace Deprovisioner.Core.Sagas;

// Theory of operation. A stage's deadline counts from the effective time, whatever holds the saga up: a hold, an approval, a system that is down, an event that came late. It is
// missed where it has passed and not every step of the stage has succeeded. That is written into the stage when it is decided, so each stage is told of once;
// work goes on as if nothing were. Every decision looks, and where nothing happens to a saga the sweep brings one (Fact.DeadlinesPassed) once Next says that it is time.

/// <summary>Which deadlines a saga has still to meet, and which it has missed.</summary>
public static class StageDeadlines
{
    /// <summary>When the stage's steps shall all have succeeded, UTC; null: it has no deadline.</summary>
    public static DateTimeOffset? Of(PlannedStage stage, DateTimeOffset effectiveAt) => effectiveAt + stage.After + stage.Within;

    /// <summary>The earliest deadline that is neither met nor known to be missed, UTC; null: there is none. From then on somebody has to ask again.</summary>
    public static DateTimeOffset? Next(Saga saga) => saga.IsOver ? null : Open(saga).Min(stage => Of(stage, saga.EffectiveAt));

    /// <summary>The stages whose deadline has passed, and which nobody was told of.</summary>
    internal static IReadOnlyList<PlannedStage> Missed(Saga saga, DateTimeOffset now)
        => saga.IsOver ? [] : [.. Open(saga).Where(stage => Of(stage, saga.EffectiveAt) < now)];

    /// <summary>Every step of the stage succeeded. That never ends; a stage without steps has nothing to complete.</summary>
    internal static bool IsCompleted(ImmutableArray<Step> steps, int stage)
    {
        var any = false;
        foreach (var step in steps)
        {
            if (step.Stage == stage)
            {
                any = true;
                if (step.Status is not StepStatus.Succeeded)
                {
                    return false;
                }
            }
        }

        return any;
    }

    /// <summary>The stages once the effective time is another one: a deadline that lies ahead again can be missed again.</summary>
    internal static ImmutableArray<PlannedStage> Moved(Saga saga, DateTimeOffset effectiveAt, DateTimeOffset now)
        => [.. saga.Stages.Select(stage => Of(stage, effectiveAt) > now ? stage with { DeadlineMissedAt = null } : stage)];

    private static IEnumerable<PlannedStage> Open(Saga saga)
        => saga.Stages.Where(stage => stage is { Within: not null, DeadlineMissedAt: null }
            && saga.Steps.Any(step => step.Stage == stage.Ordinal) && !IsCompleted(saga.Steps, stage.Ordinal));
}
