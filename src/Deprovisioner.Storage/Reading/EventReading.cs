using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Reading;

/// <summary>What HR systems sent.</summary>
internal sealed class EventReading(IDbContextFactory<DeprovisionerContext> contexts)
{
    /// <summary>Accepted ones, the newest first.</summary>
    /// <param name="verdict">Null: whatever was decided.</param>
    /// <exception cref="UnknownPlaceException">The list never gave the place that is asked for.</exception>
    public async Task<Page<EventLine>> List(string? verdict, PageRequest page, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var before = Before(page);
        var events = await context.Inbox.Where(e => (verdict == null || e.Verdict == verdict) && e.InboxId < before).OrderByDescending(e => e.InboxId).Take(page.Size + 1).ToListAsync(cancellationToken);
        return new([.. events.Take(page.Size).Select(EventText.Line)], events.Count > page.Size ? PlaceInList.Of(events[page.Size - 1].InboxId) : null);
    }

    /// <summary>Those in quarantine, the newest first.</summary>
    /// <exception cref="UnknownPlaceException">The list never gave the place that is asked for.</exception>
    public async Task<Page<QuarantinedEvent>> Quarantined(PageRequest page, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var before = Before(page);
        var rows = await context.Quarantine.Where(q => q.QuarantineId < before).OrderByDescending(q => q.QuarantineId).Take(page.Size + 1).ToListAsync(cancellationToken);
        return new(
            [.. rows.Take(page.Size).Select(q => new QuarantinedEvent(q.QuarantineId, q.ReceivedAt, q.RawLength, q.Reason, q.Detail, q.Source, q.EventId, q.Deliveries))],
            rows.Count > page.Size ? PlaceInList.Of(rows[page.Size - 1].QuarantineId) : null);
    }

    private static long Before(PageRequest page) => page.After is { } place ? PlaceInList.Number(place) : long.MaxValue;
}
