using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Reading;

/// <summary>Replays, for people.</summary>
internal sealed class ReplayReading(IDbContextFactory<DeprovisionerContext> contexts)
{
    /// <summary>The newest first.</summary>
    /// <exception cref="UnknownPlaceException">The list never gave the place that is asked for.</exception>
    public async Task<Page<ReplayLine>> List(PageRequest page, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var before = page.After is { } place ? PlaceInList.Number(place) : long.MaxValue;
        var jobs = await context.ReplayJobs.Where(j => j.JobId < before).OrderByDescending(j => j.JobId).Take(page.Size + 1).ToListAsync(cancellationToken);
        return Page<ReplayLine>.Of(jobs.ConvertAll(Line), page, last => PlaceInList.Of(last.JobId));
    }

    /// <summary>Those that somebody must carry on, the newest first.</summary>
    public async Task<IReadOnlyList<ReplayLine>> UnderWay(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return (await context.ReplayJobs.Where(j => j.Status == "previewing" || j.Status == "running" || j.Sent > 0).OrderByDescending(j => j.JobId).ToListAsync(cancellationToken)).ConvertAll(Line);
    }

    /// <summary>Null where there is none.</summary>
    public async Task<ReplayView?> Find(long id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.ReplayJobs.SingleOrDefaultAsync(j => j.JobId == id, cancellationToken) is { } job ? new ReplayView(Line(job), await Obstacles(context, job, cancellationToken)) : null;
    }

    /// <summary>In their order.</summary>
    /// <param name="state">Null: whatever it is.</param>
    /// <exception cref="UnknownPlaceException">The list never gave the place that is asked for.</exception>
    public async Task<Page<ReplayStepLine>> Steps(long id, string? state, PageRequest page, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var after = page.After is { } place ? PlaceInList.Number(place) : -1;
        var items = await context.ReplayItems.Where(i => i.JobId == id && i.Ordinal > after && (state == null || i.State == state)).OrderBy(i => i.Ordinal).Take(page.Size + 1).ToListAsync(cancellationToken);
        var (steps, sagas) = (items.ConvertAll(i => i.StepId), items.Select(i => i.SagaId).Distinct().ToList());
        var actions = await context.Steps.Where(s => steps.Contains(s.StepId)).ToDictionaryAsync(s => s.StepId, s => s.Action, cancellationToken);
        var people = await context.Sagas.Where(s => sagas.Contains(s.SagaId)).ToDictionaryAsync(s => s.SagaId, s => s.PersonId, cancellationToken);
        return Page<ReplayStepLine>.Of(items.ConvertAll(i => new ReplayStepLine(Step(i), actions[i.StepId], people[i.SagaId])), page, last => PlaceInList.Of(last.Item.Ordinal));
    }

    /// <summary>Systems that are shut and have steps of the replay that are not over.</summary>
    private static async Task<IReadOnlyList<string>> Obstacles(DeprovisionerContext context, ReplayJobEntity job, CancellationToken cancellationToken)
    {
        if (job.Untouched + job.Sent == 0 || job.Status is not ("running" or "previewing"))
        {
            return [];
        }

        var shut = await context.Systems.Where(s => s.PausedBy != null || s.Gate != "open")
            .Where(s => context.ReplayItems.Any(i => i.JobId == job.JobId && i.System == s.System && (i.State == "listed" || i.State == "previewed" || i.State == "sent"))).OrderBy(s => s.System).ToListAsync(cancellationToken);
        return shut.ConvertAll(s => s.PausedBy is { } by ? $"{s.System} (paused by {by}: {s.PausedWhy})" : $"{s.System} ({s.Gate}: {s.LastError})");
    }

    private static ReplayLine Line(ReplayJobEntity j)
        => new(
            j.JobId, j.Who, j.Why, j.GoneWho, j.GoneWhy, j.Filter, j.Status, j.Wave, j.Untouched, j.Sent, j.Succeeded, j.Failed, j.Held, j.Skipped, j.Cancelled, j.Unanswered, j.PreviewUntil,
            j.StoppedStep, j.StoppedSystem, j.StoppedCode, j.StoppedSame, j.CreatedAt, j.ChangedAt);

    private static ReplayStepView Step(ReplayItemEntity i)
        => new(i.JobId, i.Ordinal, i.StepId, i.SagaId, i.System, i.Before, i.State, i.Asked, i.Answer, i.AnswerDetail, i.Wave, i.Code, i.Reason, i.SentAt, i.EndedAt);
}
