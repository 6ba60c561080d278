using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Writing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Deprovisioner.Storage.Reading;

/// <summary>What HR systems sent.</summary>
internal sealed class EventReading(IDbContextFactory<DeprovisionerContext> contexts, NpgsqlDataSource database)
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
            [.. rows.Take(page.Size).Select(Line)],
            rows.Count > page.Size ? PlaceInList.Of(rows[page.Size - 1].QuarantineId) : null);
    }

    /// <summary>One accepted event; null where there is none.</summary>
    public async Task<EventView?> Find(long inboxId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Inbox.SingleOrDefaultAsync(e => e.InboxId == inboxId, cancellationToken) is { } found
            ? new(EventText.Line(found), await Raw("select substring(raw for $2), length(raw)::bigint from inbox where inbox_id = $1", inboxId, cancellationToken))
            : null;
    }

    /// <summary>One in quarantine; null where there is none.</summary>
    public async Task<QuarantineView?> FindQuarantined(long quarantineId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Quarantine.SingleOrDefaultAsync(q => q.QuarantineId == quarantineId, cancellationToken) is { } found
            ? new(Line(found), await Raw("select substring(raw for $2), raw_length from quarantine where quarantine_id = $1", quarantineId, cancellationToken))
            : null;
    }

    /// <summary>Apart from the row: whoever lists events has no use for it.</summary>
    private async Task<RawText> Raw(string select, long id, CancellationToken cancellationToken)
        => (await database.Rows(select, row => RawText.Of(row.GetFieldValue<byte[]>(0), row.GetInt64(1)), cancellationToken, Sql.Big(id), Sql.Int(RawText.Most)))[0];

    private static QuarantinedEvent Line(QuarantineEntity q) => new(q.QuarantineId, q.ReceivedAt, q.RawLength, q.Reason, q.Detail, q.Source, q.EventId, q.Deliveries, q.ResubmittedAct, q.ResubmittedAt, q.Sender);

    private static long Before(PageRequest page) => page.After is { } place ? PlaceInList.Number(place) : long.MaxValue;
}
