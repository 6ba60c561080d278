using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Writing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Deprovisioner.Storage.Reading;

/// <summary>Who left in a period, for those who have to account for it.</summary>
internal sealed class LeaverReading(IDbContextFactory<DeprovisionerContext> contexts, TimeProvider clock)
{
    /// <summary>So many sagas are in memory at once.</summary>
    private const int Portion = 200;

    /// <summary>
    /// A range of one index, which has all of it. A range with two ends: by one alone the planner expects a third of all that ever left. What goes on, or was finished by a worker that kept no figures, is added up from its steps.
    /// </summary>
    private const string Sums =
        """
        select count(*), count(*) filter (where urgent), count(*) filter (where status = 'completed' and ended_hours is not null), count(*) filter (where late and ended_hours is not null),
            percentile_disc(array[0.5, 0.95]) within group (order by greatest(contained_at - effective_at, '0')),
            coalesce(sum(ended_hours), 0) + coalesce(sum(live_systems * greatest(extract(epoch from $3 - effective_at), 0)::double precision / 3600) filter (where live_systems > 0), 0),
            coalesce(sum(licences_reclaimed), 0), coalesce(sum(steps_by_hand), 0)
        from sagas where kind = 'leaver' and contained_at is not null and contained_at >= $1 and contained_at < $2
        """;

    /// <summary>In the order in which their access ended.</summary>
    public async IAsyncEnumerable<LeaverLine> List(DateTimeOffset from, DateTimeOffset until, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await foreach (var line in Lines(context, context.Sagas, from, until, clock.GetUtcNow(), cancellationToken))
        {
            yield return line;
        }
    }

    public async Task<LeaverSummary> Summary(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);

        // Of one moment: nobody is counted twice whose saga ends meanwhile.
        await using var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var now = clock.GetUtcNow();
        var summary = await Kept(context, transaction.GetDbTransaction(), from, until, now, cancellationToken);
        await foreach (var line in Lines(context, context.Sagas.Where(s => s.EndedHours == null), from, until, now, cancellationToken))
        {
            summary = summary with
            {
                Completed = summary.Completed + (line.TimeToComplete is not null ? 1 : 0),
                Late = summary.Late + (line.LateStages.Count > 0 ? 1 : 0),
                ExposureHours = summary.ExposureHours + line.ExposureHours,
                LicencesReclaimed = summary.LicencesReclaimed + line.LicencesReclaimed,
                StepsByHand = summary.StepsByHand + line.StepsByHand,
            };
        }

        return summary;
    }

    /// <summary>All leavers of the period, with what is kept of those that are over.</summary>
    private static async Task<LeaverSummary> Kept(DeprovisionerContext context, DbTransaction transaction, DateTimeOffset from, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var open = await NotContained(context, from, until, cancellationToken);
        await using var sums = new NpgsqlCommand(Sums, (NpgsqlConnection)context.Database.GetDbConnection(), (NpgsqlTransaction)transaction);
        sums.Parameters.AddRange(new[] { Sql.Time(from), Sql.Time(until), Sql.Time(now) });
        await using var row = await sums.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var percentiles = row.IsDBNull(4) ? null : row.GetFieldValue<TimeSpan[]>(4);
        return new(
            from, until, (int)row.GetInt64(0), (int)row.GetInt64(1), (int)row.GetInt64(2), (int)row.GetInt64(3), percentiles?[0], percentiles?[1], row.GetDouble(5), (int)row.GetInt64(6), (int)row.GetInt64(7), open);
    }

    private static async IAsyncEnumerable<LeaverLine> Lines(
        DeprovisionerContext context, IQueryable<SagaEntity> among, DateTimeOffset from, DateTimeOffset until, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (at, id) = (from, Guid.Empty);
        while (true)
        {
            var sagas = await among.Where(s => s.Kind == "leaver" && s.ContainedAt != null && s.ContainedAt >= at && s.ContainedAt < until && (s.ContainedAt > at || s.SagaId > id))
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

    private static async Task<int> NotContained(DeprovisionerContext context, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var open = 0;
        foreach (var status in new[] { "scheduled", "running", "needs-attention", "held" })
        {
            open += await context.Sagas.CountAsync(s => s.Status == EF.Constant(status) && s.Kind == "leaver" && s.ContainedAt == null && s.EffectiveAt >= from && s.EffectiveAt < until, cancellationToken);
        }

        return open;
    }

    private static LeaverLine Line(SagaEntity saga, DateTimeOffset now)
    {
        var (summary, figures) = (SagaText.Line(saga, now), SagaFigures.Of(saga));
        var completedAt = saga.Status == "completed" ? saga.CompletedAt : null;
        return new(
            saga.SagaId, saga.PersonId, saga.EmploymentId, saga.Policy, saga.Urgent, saga.EffectiveAt, saga.ContainedAt!.Value, completedAt, Since(saga, saga.ContainedAt.Value), completedAt is { } end ? Since(saga, end) : null,
            [.. summary.Late.Select(stage => stage.Stage)], figures.ExposureHours(saga.EffectiveAt, now), figures.LicencesReclaimed, figures.StepsByHand,
            summary.ResidualUntil);
    }

    private static TimeSpan Since(SagaEntity saga, DateTimeOffset at) => at > saga.EffectiveAt ? at - saga.EffectiveAt : TimeSpan.Zero;
}
