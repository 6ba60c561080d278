using Deprovisioner.Core.Notifying;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Notifying;

// Theory of operation. A delivery is claimed under a lease (next_at is then the lease's end), sent outside any transaction, and marked. Whoever dies between sending and marking leaves the lease, and it is sent again under the
// same id. An answer that comes after another process took over counts where it says that the receiver has it; else only the newest attempt speaks. Each receiver is claimed by itself, and what keeps one quiet is its own row,
// so one that is down or slow delays nobody. While it fails, one delivery at a time finds out.

/// <summary>What is to be sent to receivers, and how it went.</summary>
public sealed class NotificationDeliveries(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Claims what is due for one receiver, the longest due first.</summary>
    /// <param name="version">The configuration's: a receiver that was gone under another one is asked again.</param>
    /// <param name="most">So many at most, and one while the receiver fails.</param>
    public async Task<IReadOnlyList<ClaimedDelivery>> Claim(string receiver, string version, int most, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return await database.Rows(
            """
            with standing as (select failures, quiet_until, gone_version from notification_receivers where receiver = $1),
            due as (
                select delivery_id from notification_deliveries
                where receiver = $1 and status = 'waiting' and next_at <= $2 and not exists (select from standing where quiet_until > $2 or gone_version = $5)
                order by next_at limit (select case when coalesce(max(failures), 0) > 0 then 1 else $4 end from standing) for update skip locked)
            update notification_deliveries d
            set attempts = attempts + 1, next_at = $3, closed_at = case kind when 'mail' then coalesce(closed_at, $2) end
            from due, outbox o where d.delivery_id = due.delivery_id and o.outbox_id = d.outbox_id
            returning d.delivery_id, d.attempts, d.give_up_at, (select coalesce(max(failures), 0) from standing), o.outbox_id, o.type, o.saga_id, o.payload, o.created_at, d.thing, d.number, d.thread_at, d.closed_at
            """,
            row => Claimed(receiver, row), cancellationToken, Sql.Text(receiver), Sql.Time(now), Sql.Time(now + lease), Sql.Int(most), Sql.Text(version));
    }

    /// <summary>Gives back what was claimed and not sent, or not to the end.</summary>
    public async Task HandBack(ClaimedDelivery delivery, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("update notification_deliveries set next_at = $3 where delivery_id = $1 and attempts = $2 and status = 'waiting'");
        command.Parameters.AddRange(new[] { Sql.Big(delivery.Attempt.Id), Sql.Int(delivery.Attempt.Attempts), Sql.Time(clock.GetUtcNow()) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Writes down what came of an attempt.</summary>
    /// <param name="version">The configuration's under which it was made.</param>
    public async Task Settle(ClaimedDelivery delivery, DeliveryAnswer answer, DeliveryDecision decision, string version, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        using var batch = new SqlBatch(connection, transaction);
        switch (decision)
        {
            case DeliveryDecision.Done:
                batch.Add(
                    "update notification_deliveries set status = 'delivered', done_at = $2, last_code = $3, last_error = $4 where delivery_id = $1 and status <> 'delivered'",
                    Sql.Big(delivery.Attempt.Id), Sql.Time(now), Sql.Text(answer.Code), Sql.Text(answer.Error));
                batch.Add(
                    """
                    update notification_receivers set failures = 0, quiet_until = null,
                        gone_at = case when gone_version = $2 then gone_at end, gone_version = case when gone_version = $2 then gone_version end
                    where receiver = $1 and (failures > 0 or gone_version <> $2)
                    """,
                    Sql.Text(delivery.Receiver), Sql.Text(version));
                break;
            case DeliveryDecision.Again again:
                batch.Add(
                    "update notification_deliveries set next_at = $3, last_code = $4, last_error = $5 where delivery_id = $1 and attempts = $2 and status = 'waiting'",
                    Sql.Big(delivery.Attempt.Id), Sql.Int(delivery.Attempt.Attempts), Sql.Time(again.At), Sql.Text(answer.Code), Sql.Text(answer.Error));
                Quiet(batch, delivery, again.QuietUntil);
                break;
            case DeliveryDecision.GivenUp givenUp:
                batch.Add(
                    "update notification_deliveries set status = 'given-up', done_at = $3, last_code = $4, last_error = $5 where delivery_id = $1 and attempts = $2 and status = 'waiting'",
                    Sql.Big(delivery.Attempt.Id), Sql.Int(delivery.Attempt.Attempts), Sql.Time(now), Sql.Text(answer.Code), Sql.Text(answer.Error));
                if (givenUp.ReceiverIsGone)
                {
                    batch.Add(
                        """
                        insert into notification_receivers (receiver, failures, gone_at, gone_version) values ($1, 0, $2, $3)
                        on conflict (receiver) do update set failures = 0, quiet_until = null, gone_at = excluded.gone_at, gone_version = excluded.gone_version
                        """,
                        Sql.Text(delivery.Receiver), Sql.Time(now), Sql.Text(version));
                }
                else if (givenUp.QuietUntil is { } quiet)
                {
                    Quiet(batch, delivery, quiet);
                }

                break;
            default:
                throw new NotSupportedException($"{decision} is saved nowhere.");
        }

        await batch.Execute(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Gives up what waits for receivers that are gone or that nobody configures any more, once its time is over.</summary>
    /// <returns>How many those were, by receiver.</returns>
    public async Task<IReadOnlyList<(string Receiver, int Deliveries)>> GiveUpUnasked(IReadOnlyCollection<string> configured, string version, CancellationToken cancellationToken)
    {
        var rows = await database.Rows(
            """
            update notification_deliveries d set status = 'given-up', done_at = $1, last_error = coalesce(last_error, 'Its receiver is gone, or is not configured any more.')
            where status = 'waiting' and next_at <= $1 and give_up_at <= $1
                and (not d.receiver = any($2) or exists (select from notification_receivers r where r.receiver = d.receiver and r.gone_version = $3))
            returning receiver
            """,
            row => row.GetString(0), cancellationToken, Sql.Time(clock.GetUtcNow()), Sql.Texts(configured), Sql.Text(version));
        return [.. rows.GroupBy(receiver => receiver, StringComparer.Ordinal).Select(g => (g.Key, g.Count()))];
    }

    /// <summary>What a claimed mail tells of.</summary>
    public async Task<MailSubstance> Substance(ClaimedDelivery delivery, CancellationToken cancellationToken)
    {
        var mail = delivery.Mail ?? throw new ArgumentException("It is no mail.", nameof(delivery));
        var counts = await database.Rows(
            """
            select
                (select count(*) from notification_mail_sagas where delivery_id = $1 and in_mail),
                (select count(distinct s.saga_id) from notification_deliveries d join notification_mail_sagas s using (delivery_id)
                    where d.kind = 'mail' and d.receiver = $2 and d.thing = $3 and d.thread_at = $4 and d.number < $5 and s.in_mail)
            """,
            row => (Sagas: (int)row.GetInt64(0), Before: (int)row.GetInt64(1)), cancellationToken,
            Sql.Big(delivery.Attempt.Id), Sql.Text(delivery.Receiver), Sql.Text(mail.Thing.Key), Sql.Time(mail.ThreadAt), Sql.Int(mail.Number));
        var first = await database.Rows(
            """
            select s.saga_id, coalesce(o.payload ->> 'personId', ''), coalesce(o.payload ->> 'policy', '') from notification_mail_sagas s join outbox o using (outbox_id)
            where s.delivery_id = $1 and s.in_mail order by s.outbox_id, s.saga_id limit $2
            """,
            row => new ToldSaga(row.GetGuid(0), row.GetString(1), row.GetString(2)), cancellationToken, Sql.Big(delivery.Attempt.Id), Sql.Int(MailText.MostLines));
        return new(mail.Thing, mail.Number, counts[0].Sagas, counts[0].Before, first);
    }

    /// <summary>Several that fail at once are one failure of the receiver.</summary>
    private static void Quiet(SqlBatch batch, ClaimedDelivery delivery, DateTimeOffset until)
        => batch.Add(
            """
            insert into notification_receivers as r (receiver, failures, quiet_until) values ($1, $2, $3)
            on conflict (receiver) do update set failures = greatest(r.failures, excluded.failures), quiet_until = greatest(r.quiet_until, excluded.quiet_until)
            """,
            Sql.Text(delivery.Receiver), Sql.Int(delivery.Attempt.FailuresOfReceiver + 1), Sql.Time(until));

    private static ClaimedDelivery Claimed(string receiver, NpgsqlDataReader row)
        => new(
            receiver,
            new DeliveryAttempt(row.GetInt64(0), row.GetInt32(1), row.Time(2), row.GetInt32(3)),
            new OutboxMessage(row.GetInt64(4), row.GetString(5), row.GetGuid(6), row.GetString(7), row.Time(8)),
            row.Text(9) is { } thing ? new ClaimedMail(MailThing.Parse(thing), row.GetInt32(10), row.Time(11), row.Time(12)) : null);
}
