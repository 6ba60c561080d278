using System.Runtime.CompilerServices;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Reading;

/// <summary>Who left in a period, for those who have to account for it.</summary>
internal sealed class LeaverReading(IDbContextFactory<DeprovisionerContext> contexts, TimeProvider clock)
{
    /// <summary>So many sagas are in memory at once.</summary>
    private const int Portion = 500;

    /// <summary>In the order in which their access ended.</summary>
    public async IAsyncEnumerable<LeaverLine> List(DateTimeOffset from, DateTimeOffset until, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (at, id, now) = (from, Guid.Empty, clock.GetUtcNow());
        while (true)
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            var sagas = await context.Sagas.Where(s => s.Kind == "leaver" && s.ContainedAt != null && s.ContainedAt >= at && s.ContainedAt < until && (s.ContainedAt > at || s.SagaId > id))
                .OrderBy(s => s.ContainedAt).ThenBy(s => s.SagaId).Take(Portion).WithSteps(context, cancellationToken);
            foreach (var saga in sagas)
            {
                yield return Line(saga, now);
            }

            if (sagas.Count < Portion)
            {
                yield break;
            }

            (at, id) = (sagas[^1].ContainedAt!.Value, sagas[^1].SagaId);
        }
    }

    public async Task<LeaverSummary> Summary(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var times = new List<TimeSpan>();
        var (urgent, completed, late, exposure, licences, byHand) = (0, 0, 0, 0d, 0, 0);
        await foreach (var line in List(from, until, cancellationToken))
        {
            times.Add(line.TimeToContain);
            urgent += line.Urgent ? 1 : 0;
            completed += line.TimeToComplete is not null ? 1 : 0;
            late += line.LateStages.Count > 0 ? 1 : 0;
            exposure += line.ExposureHours;
            licences += line.LicencesReclaimed;
            byHand += line.StepsByHand;
        }

        times.Sort();
        return new(from, until, times.Count, urgent, completed, late, Percentile(times, 0.5), Percentile(times, 0.95), exposure, licences, byHand, await NotContained(from, until, cancellationToken));
    }

    private async Task<int> NotContained(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var open = 0;
        foreach (var status in new[] { "scheduled", "running", "needs-attention", "held" })
        {
            open += await context.Sagas.CountAsync(s => s.Status == EF.Constant(status) && s.Kind == "leaver" && s.ContainedAt == null && s.EffectiveAt >= from && s.EffectiveAt < until, cancellationToken);
        }

        return open;
    }

    /// <summary>The nearest rank: somebody's own time.</summary>
    private static TimeSpan? Percentile(List<TimeSpan> sorted, double share) => sorted.Count == 0 ? null : sorted[(int)Math.Ceiling(share * sorted.Count) - 1];

    private static LeaverLine Line(SagaEntity saga, DateTimeOffset now)
    {
        var summary = SagaText.Line(saga, now);
        var completedAt = saga.Status == "completed" ? saga.CompletedAt : null;
        return new(
            saga.SagaId, saga.PersonId, saga.EmploymentId, saga.Policy, saga.Urgent, saga.EffectiveAt, saga.ContainedAt!.Value, completedAt, Since(saga, saga.ContainedAt.Value), completedAt is { } end ? Since(saga, end) : null,
            [.. summary.Late.Select(stage => stage.Stage)], Exposure.Hours(saga, now), saga.Steps.Count(step => step is { Action: "reclaim-licence", Status: "succeeded", Outcome: "changed" }), saga.Steps.Count(ByHand),
            summary.ResidualUntil);
    }

    private static TimeSpan Since(SagaEntity saga, DateTimeOffset at) => at > saga.EffectiveAt ? at - saga.EffectiveAt : TimeSpan.Zero;

    private static bool ByHand(StepEntity step) => step.Status == "succeeded" && (step.Code == Step.ByHand || step.Action == "manual-task");
}
