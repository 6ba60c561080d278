using System.Globalization;
using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Reading;

/// <summary>Webhooks and mails, for people.</summary>
internal sealed class NotificationReading(IDbContextFactory<DeprovisionerContext> contexts)
{
    /// <summary>The newest first.</summary>
    /// <exception cref="UnknownPlaceException">The list never gave the place that is asked for.</exception>
    public async Task<Page<NotificationLine>> List(NotificationFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var before = page.After is { } place ? PlaceInList.Number(place) : long.MaxValue;
        var rows = context.NotificationDeliveries.Where(d => d.DeliveryId < before);
        rows = filter.Receiver is { } receiver ? rows.Where(d => d.Receiver == receiver) : rows;
        rows = filter.Status is { } status ? rows.Where(d => d.Status == status) : rows;
        var lines = await rows.OrderByDescending(d => d.DeliveryId).Take(page.Size + 1).ToListAsync(cancellationToken);
        return new([.. lines.Take(page.Size).Select(Line)], lines.Count > page.Size ? PlaceInList.Of(lines[page.Size - 1].DeliveryId) : null);
    }

    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<TroubledReceiver>> Troubled(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var version = await context.Database.SqlQuery<string>($"select version as \"Value\" from configurations order by taken_up_at desc, version limit 1").ToListAsync(cancellationToken);
        var rows = await context.NotificationReceivers.Where(r => r.Failures > 0 || version.Contains(r.GoneVersion!)).OrderBy(r => r.Receiver).ToListAsync(cancellationToken);
        return rows.ConvertAll(r => new TroubledReceiver(r.Receiver, r.Failures, r.QuietUntil, version.Contains(r.GoneVersion!) ? r.GoneAt : null));
    }

    private static NotificationLine Line(NotificationDeliveryEntity d)
        => new(
            d.DeliveryId, d.Receiver, d.Kind, d.Thing is null ? d.OutboxId.ToString(CultureInfo.InvariantCulture) : d.Number > 1 ? $"{d.Thing}, update {d.Number - 1}" : d.Thing, d.Status, d.Attempts,
            d.Status == "waiting" ? d.NextAt : null, d.LastCode, d.LastError, d.CreatedAt, d.DoneAt);
}
