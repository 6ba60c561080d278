using System.Text.Json;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Notifying;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Notifying;

// Theory of operation. Each event out has a row in notification_queue, written by a trigger in the event's own transaction: whenever that commits, the row is there, so there is no mark below which a late commit could be missed.
// Here the row is taken, and what it means for each receiver is written, in one transaction. One orchestrator at a time does this (an advisory lock, which the others do not wait for: the same rows would give the same
// deliveries), so mails about the same thing find each other. It waits for nobody: it locks no event, which the publisher may keep locked for as long as the broker takes, and of deliveries only the newest mail about a thing,
// which whoever sends holds for a moment to close it. What comes after that stands in another mail.

/// <summary>Decides whom each event out concerns.</summary>
public sealed class NotificationRouting(NpgsqlDataSource database, TimeProvider clock)
{
    private const int MostAtOnce = 500;

    /// <summary>Any number that no other program is likely to lock by.</summary>
    internal const long Turn = 0x6465_7072_6f76_0002;

    /// <summary>Takes some of the queue.</summary>
    /// <returns>How many events that were; 0 where there were none, or another orchestrator is at it.</returns>
    public async Task<int> Route(NotificationSettings settings, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await TakeTurn(connection, transaction, cancellationToken) || await Take(connection, transaction, cancellationToken) is not { Count: > 0 } events)
        {
            return 0;
        }

        await SaveWebhooks(connection, transaction, settings.Webhooks, events, now, cancellationToken);
        await new GatheredMails(connection, transaction, now).Add(settings.Recipients, events, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return events.Count;
    }

    private static async Task<bool> TakeTurn(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var mine = false;
        using var batch = new SqlBatch(connection, transaction);
        batch.Add("select pg_try_advisory_xact_lock($1)", Sql.Big(Turn));
        await batch.Read([row => mine = row.GetBoolean(0)], cancellationToken);
        return mine;
    }

    private static async Task<List<ToldEvent>> Take(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var events = new List<ToldEvent>();
        using var batch = new SqlBatch(connection, transaction);
        batch.Add(
            """
            with taken as (delete from notification_queue where outbox_id in (select outbox_id from notification_queue order by outbox_id limit $1) returning outbox_id)
            select o.outbox_id, o.type, o.saga_id, o.payload from outbox o where o.outbox_id in (select outbox_id from taken) order by o.outbox_id
            """,
            Sql.Int(MostAtOnce));
        await batch.Read([row => events.Add(Told(row))], cancellationToken);
        return events;
    }

    private static ToldEvent Told(NpgsqlDataReader row)
    {
        // Older versions wrote less.
        var content = JsonSerializer.Deserialize<Said>(row.GetString(3), JsonSerializerOptions.Web)!;
        return new(
            row.GetInt64(0), NoticeOf(row.GetString(1)), row.GetGuid(2), content.HeldFor ?? [], [.. content.MissedDeadlines?.Select(m => m.Stage) ?? []],
            [.. content.Failures?.Select(f => new ToldFailure(f.System, f.Code)) ?? []]);
    }

    /// <summary>Null: a kind that this version does not know.</summary>
    private static SagaNotice? NoticeOf(string type)
        => type.Split('.') is ["deprovisioning", var notice, "v1"] && EnumText.TryParse<SagaNotice>(notice, out var known) ? known : null;

    private static async Task SaveWebhooks(
        NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<WebhookReceiver> webhooks, List<ToldEvent> events, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var deliveries = webhooks.SelectMany(webhook => events.Where(e => webhook.Wants(e.Notice)).Select(e => (Webhook: webhook, Event: e))).ToList();
        if (deliveries.Count == 0)
        {
            return;
        }

        using var batch = new SqlBatch(connection, transaction);
        batch.Add(
            """
            insert into notification_deliveries (receiver, kind, outbox_id, status, next_at, give_up_at, created_at)
            select r, 'webhook', o, 'waiting', $4, g, $4 from unnest($1, $2, $3) as t(r, o, g) on conflict do nothing
            """,
            Sql.Texts(deliveries.Select(d => d.Webhook.Name)), Sql.Bigs(deliveries.Select(d => d.Event.Id)), Sql.Times(deliveries.Select(d => (DateTimeOffset?)(now + d.Webhook.For))), Sql.Time(now));
        await batch.Execute(cancellationToken);
    }

    private sealed record Said(IReadOnlyList<string>? HeldFor, IReadOnlyList<SagaNoticeContent.MissedDeadline>? MissedDeadlines, IReadOnlyList<SagaNoticeContent.FailedStep>? Failures);
}
