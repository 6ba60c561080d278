using System.Text.Json;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Model;

namespace Deprovisioner.Worker.Commands;

/// <summary>A stage with a deadline, as it stands now.</summary>
/// <param name="CompletedAt">When its last step succeeded; null: some step has not.</param>
/// <param name="Late">By how much the deadline was missed, up to now where the stage is still open; null: it was not, so far.</param>
internal sealed record DeadlineWords(string Stage, DateTimeOffset Deadline, DateTimeOffset? CompletedAt, TimeSpan? Late)
{
    public override string ToString()
        => $"{Stage} by {Terminal.Time(Deadline)}: " + (CompletedAt, Late) switch
        {
            (null, null) => "still ahead",
            (null, { } late) => $"MISSED, late by {Span(late)}",
            (_, null) => "met",
            (_, { } late) => $"completed, late by {Span(late)}",
        };

    /// <summary>Every stage that has a deadline, in order. The steps must be loaded.</summary>
    public static IReadOnlyList<DeadlineWords> Of(SagaEntity saga, DateTimeOffset now)
        => [.. JsonSerializer.Deserialize<PlannedStage[]>(saga.Stages, JsonSerializerOptions.Web)!
            .Where(stage => saga.Steps.Any(step => step.Stage == stage.Ordinal))
            .Select(stage => (stage.Name, Deadline: StageDeadlines.Of(stage, saga.EffectiveAt), Completed: Completed(saga, stage.Ordinal)))
            .Where(stage => stage.Deadline is not null)
            .Select(stage => new DeadlineWords(stage.Name, stage.Deadline!.Value, stage.Completed, Past(stage.Deadline.Value, stage.Completed ?? saga.CompletedAt ?? now)))];

    /// <summary>The two largest units: <c>3d 4h</c>, <c>2m 5s</c>.</summary>
    public static string Span(TimeSpan span)
        => span.Days > 0 ? $"{span.Days}d {span.Hours}h"
            : span.Hours > 0 ? $"{span.Hours}h {span.Minutes}m"
            : span.Minutes > 0 ? $"{span.Minutes}m {span.Seconds}s"
            : $"{span.Seconds}s";

    private static DateTimeOffset? Completed(SagaEntity saga, int stage)
    {
        var steps = saga.Steps.Where(step => step.Stage == stage).ToList();
        return steps.TrueForAll(step => step.Status == "succeeded") ? steps.Max(step => step.SettledAt) : null;
    }

    private static TimeSpan? Past(DateTimeOffset deadline, DateTimeOffset end) => end > deadline ? end - deadline : null;
}
