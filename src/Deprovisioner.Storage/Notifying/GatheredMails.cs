using Deprovisioner.Core.Notifying;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Notifying;

/// <summary>Puts events into the mails that tell of them: one mail for one thing.</summary>
internal sealed class GatheredMails(NpgsqlConnection connection, NpgsqlTransaction transaction, DateTimeOffset now)
{
    public async Task Add(IReadOnlyList<MailRecipient> recipients, IReadOnlyList<ToldEvent> events, CancellationToken cancellationToken)
    {
        var parts = recipients
            .SelectMany(r => events.Where(e => r.Wants(e.Notice)).SelectMany(e => MailThing.Of(e).Select(thing => (Recipient: r, Thing: thing, Event: e))))
            .GroupBy(p => (p.Recipient.Name, p.Thing.Key))
            .Select(g => new Part(g.First().Recipient, g.First().Thing, [.. g.Select(p => p.Event).DistinctBy(e => e.SagaId)]))
            .ToList();
        if (parts.Count == 0)
        {
            return;
        }

        var newest = await Newest(parts, cancellationToken);
        var told = await ToldSagas(parts, newest, cancellationToken);
        using var batch = new SqlBatch(connection, transaction);
        foreach (var part in parts)
        {
            // A saga that fails in the same way again was told of. One that is held again waits for another decision.
            var key = (part.Recipient.Name, part.Thing.Key);
            var fresh = part.Thing.Notice is SagaNotice.Held ? part.Events : [.. part.Events.Where(e => !told.Contains((key.Name, key.Key, e.SagaId)))];
            Save(batch, part, fresh, MailGathering.Of(part.Thing, newest.GetValueOrDefault(key), fresh.Count > 0, part.Recipient.Digest, now));
        }

        await batch.Execute(cancellationToken);
    }

    private void Save(SqlBatch batch, Part part, IReadOnlyList<ToldEvent> fresh, MailGathering gathering)
    {
        switch (gathering)
        {
            case MailGathering.Open open:
                var events = open.Number > 1 ? fresh : part.Events;
                batch.Add(
                    """
                    with mail as (
                        insert into notification_deliveries (receiver, kind, outbox_id, status, next_at, give_up_at, created_at, thing, number, thread_at, last_at)
                        values ($1, 'mail', $2, 'waiting', $3, $4, $5, $6, $7, $8, $5) returning delivery_id)
                    insert into notification_mail_sagas (delivery_id, saga_id, outbox_id, in_mail) select delivery_id, s, o, true from mail, unnest($9, $10) as t(s, o)
                    """,
                    Sql.Text(part.Recipient.Name), Sql.Big(events[0].Id), Sql.Time(open.DueAt), Sql.Time(open.DueAt + part.Recipient.For), Sql.Time(now), Sql.Text(part.Thing.Key), Sql.Int(open.Number),
                    Sql.Time(open.ThreadAt), Sql.Uuids(events.Select(e => e.SagaId)), Sql.Bigs(events.Select(e => e.Id)));
                break;
            case MailGathering.AddTo add:
                SaveInto(batch, add.Mail, part.Events, inMail: true);
                break;
            case MailGathering.Told told:
                SaveInto(batch, told.Mail, part.Events, inMail: false);
                break;
            default:
                throw new NotSupportedException($"{gathering} is saved nowhere.");
        }
    }

    private void SaveInto(SqlBatch batch, long mail, IReadOnlyList<ToldEvent> events, bool inMail)
    {
        batch.Add(
            "insert into notification_mail_sagas (delivery_id, saga_id, outbox_id, in_mail) select $1, s, o, $4 from unnest($2, $3) as t(s, o) on conflict do nothing",
            Sql.Big(mail), Sql.Uuids(events.Select(e => e.SagaId)), Sql.Bigs(events.Select(e => e.Id)), Sql.Boolean(inMail));
        batch.Add("update notification_deliveries set last_at = $2 where delivery_id = $1", Sql.Big(mail), Sql.Time(now));
    }

    /// <summary>The newest mail about each thing, locked: nobody closes it meanwhile.</summary>
    private async Task<Dictionary<(string Receiver, string Thing), NewestMail>> Newest(IReadOnlyList<Part> parts, CancellationToken cancellationToken)
    {
        var newest = new Dictionary<(string, string), NewestMail>();
        using var batch = new SqlBatch(connection, transaction);
        batch.Add(
            """
            select t.r, t.k, d.delivery_id, d.number, d.thread_at, d.last_at, d.closed_at is not null
            from unnest($1, $2) as t(r, k) cross join lateral (
                select delivery_id, number, thread_at, last_at, closed_at from notification_deliveries
                where receiver = t.r and thing = t.k and kind = 'mail' order by thread_at desc, number desc limit 1 for update) as d
            """,
            Sql.Texts(parts.Select(p => p.Recipient.Name)), Sql.Texts(parts.Select(p => p.Thing.Key)));
        await batch.Read(
            [row => newest[(row.GetString(0), row.GetString(1))] = new(row.GetInt64(2), row.GetInt32(3), row.Time(4), row.Time(5), row.GetBoolean(6))], cancellationToken);
        return newest;
    }

    /// <summary>Which of these sagas the conversations have told of.</summary>
    private async Task<HashSet<(string Receiver, string Thing, Guid Saga)>> ToldSagas(
        IReadOnlyList<Part> parts, Dictionary<(string Receiver, string Thing), NewestMail> newest, CancellationToken cancellationToken)
    {
        var told = new HashSet<(string, string, Guid)>();
        if (newest.Count == 0)
        {
            return told;
        }

        using var batch = new SqlBatch(connection, transaction);
        batch.Add(
            """
            select d.receiver, d.thing, s.saga_id
            from unnest($1, $2, $3) as t(r, k, a)
            join notification_deliveries d on d.receiver = t.r and d.thing = t.k and d.thread_at = t.a and d.kind = 'mail'
            join notification_mail_sagas s using (delivery_id)
            where s.saga_id = any($4)
            """,
            Sql.Texts(newest.Keys.Select(k => k.Receiver)), Sql.Texts(newest.Keys.Select(k => k.Thing)), Sql.Times(newest.Values.Select(n => (DateTimeOffset?)n.ThreadAt)),
            Sql.Uuids(parts.SelectMany(p => p.Events).Select(e => e.SagaId).Distinct()));
        await batch.Read([row => told.Add((row.GetString(0), row.GetString(1), row.GetGuid(2)))], cancellationToken);
        return told;
    }

    /// <summary>What has just happened of one thing, for one recipient.</summary>
    /// <param name="Events">One for each saga, in their order.</param>
    private sealed record Part(MailRecipient Recipient, MailThing Thing, IReadOnlyList<ToldEvent> Events);
}
