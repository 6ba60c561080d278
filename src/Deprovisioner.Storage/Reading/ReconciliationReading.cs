using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Reading;

/// <summary>Reconciliations, for people.</summary>
internal sealed class ReconciliationReading(IDbContextFactory<DeprovisionerContext> contexts)
{
    /// <summary>The newest first: their ids are those of their times (UUID version 7).</summary>
    /// <exception cref="UnknownPlaceException">The list never gave the place that is asked for.</exception>
    public async Task<Page<ReconciliationLine>> List(ReconciliationFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        IQueryable<ReconciliationEntity> wanted = context.Reconciliations;
        if (filter.System is { } system)
        {
            wanted = wanted.Where(r => r.System == system);
        }

        if (filter.Acts is { } acts)
        {
            wanted = wanted.Where(r => r.ActId != null && acts.Contains(r.ActId.Value));
        }

        if (page.After is { } place)
        {
            var before = PlaceInList.Id(place);
            wanted = wanted.Where(r => r.RunId < before);
        }

        var runs = await wanted.OrderByDescending(r => r.RunId).Take(page.Size + 1).ToListAsync(cancellationToken);
        return Page<ReconciliationLine>.Of(runs.ConvertAll(Line), page, last => PlaceInList.Of(last.RunId));
    }

    /// <summary>Null where there is none.</summary>
    public async Task<ReconciliationLine?> Find(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Reconciliations.SingleOrDefaultAsync(r => r.RunId == id, cancellationToken) is { } run ? Line(run) : null;
    }

    /// <summary>By account.</summary>
    /// <param name="finding">Null: whatever it is.</param>
    /// <exception cref="UnknownPlaceException">The list never gave the place that is asked for.</exception>
    public async Task<Page<FindingLine>> Findings(Guid run, string? finding, PageRequest page, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var after = page.After is { } place ? PlaceInList.Texts(place, 1)[0] : "";
        var found = await context.ReconciledAccounts.Where(f => f.RunId == run && string.Compare(f.AccountId, after) > 0 && (finding == null || f.Finding == finding))
            .OrderBy(f => f.AccountId).Take(page.Size + 1).ToListAsync(cancellationToken);
        return Page<FindingLine>.Of(
            found.ConvertAll(f => new FindingLine(f.RunId, f.AccountId, f.Name, f.Finding, f.PersonId, f.SagaId, f.Detail, f.Next, f.SeenAt)), page, last => PlaceInList.Of(last.AccountId));
    }

    private static ReconciliationLine Line(ReconciliationEntity r)
        => new(
            r.RunId, r.System, r.Status, r.Reason, r.Detail, r.Pages, r.Accounts, r.AccountedFor, r.Disabled, r.Protected, r.Orphans, r.LeaversActive, r.Unknown, r.StartedAt, r.FinishedAt, r.AskedBy, r.Why);
}
