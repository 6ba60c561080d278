using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Policies;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Reading;

/// <summary>The guard, for people.</summary>
internal sealed class GuardReading(IDbContextFactory<DeprovisionerContext> contexts, TimeProvider clock)
{
    public async Task<GuardStatus> Status(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var text = await context.Database.SqlQuery<string>($"select text as \"Value\" from configurations order by taken_up_at desc, version limit 1").ToListAsync(cancellationToken);
        var settings = text is [var inForce] ? ConfigurationReader.Guard(inForce) : null;
        var now = clock.GetUtcNow();
        var since = now - (settings ?? new GuardSettings()).Window;
        var active = await context.Employments.Where(e => e.Status != "terminated").Select(e => e.PersonId).Distinct().CountAsync(cancellationToken);
        var leavers = await context.GuardTransitions.Where(t => t.Live && t.At > since).Select(t => t.PersonId).ToListAsync(cancellationToken);
        var holds = await context.Sagas.Where(s => s.Status == "held").Select(s => s.Holds).ToListAsync(cancellationToken);
        var layoffs = await context.GuardAnnouncements.CountAsync(a => a.ApprovedAt != null && a.EndsAt > now, cancellationToken);
        var headCount = active + leavers.Distinct().Count();
        return new(settings is not null, settings?.Window, leavers.Count, settings?.Limit(headCount), headCount, holds.Count(h => h.Contains("\"guard\"", StringComparison.Ordinal)), layoffs);
    }

    /// <summary>Announced layoffs, the newest first.</summary>
    /// <exception cref="UnknownPlaceException">The list never gave the place that is asked for.</exception>
    public async Task<Page<LayoffLine>> Layoffs(PageRequest page, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var before = page.After is { } place ? PlaceInList.Number(place) : long.MaxValue;
        var rows = await context.GuardAnnouncements.Where(a => a.AnnouncementId < before).OrderByDescending(a => a.AnnouncementId).Take(page.Size + 1).ToListAsync(cancellationToken);
        return Page<LayoffLine>.Of(
            rows.ConvertAll(a => new LayoffLine(a.AnnouncementId, a.Size, a.StartsAt, a.EndsAt, a.AskedBy, a.Why, a.AskedAt, a.ApprovedBy, a.ApprovedWhy, a.ApprovedAt)), page, last => PlaceInList.Of(last.AnnouncementId));
    }
}
