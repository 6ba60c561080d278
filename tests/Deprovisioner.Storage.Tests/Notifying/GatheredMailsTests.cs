using Deprovisioner.Core.Notifying;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Notifying;
using Npgsql;

namespace Deprovisioner.Storage.Tests.Notifying;

[Collection(nameof(StorageServer))]
public sealed class GatheredMailsTests(StorageServer server)
{
    private static readonly DeliveryAnswer Taken = new(DeliveryResult.Delivered, "smtp-250");

    [Fact]
    public async Task Forty_that_fail_in_the_same_way_make_one_mail_with_their_number_and_the_first_ten()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.Fail("http-409", Enumerable.Range(0, 25).Select(i => $"p{i:00}"));
        await store.Route(Receivers.OnCall());
        await store.Fail("http-409", Enumerable.Range(25, 15).Select(i => $"p{i:00}"));
        await store.Route(Receivers.OnCall());
        Assert.Empty(await store.ClaimFor("on-call"));

        store.Clock.Advance(Receivers.Digest);
        var mail = Assert.Single(await store.ClaimFor("on-call"));
        var told = await store.Get<NotificationDeliveries>().Substance(mail, default);

        Assert.Equal((new MailThing(SagaNotice.NeedsAttention, "crm", "http-409"), 1, 40, 0), (told.Thing, told.Number, told.Sagas, told.Before));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"p{i:00} leaver"), told.First.Select(s => $"{s.PersonId} {s.Policy}"));
    }

    [Fact]
    public async Task Each_code_has_a_mail_of_its_own()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.Fail("http-409", "p1");
        await store.Fail("http-500", "p2");
        await store.Route(Receivers.OnCall());

        Assert.Equal(["needs-attention/crm/http-409", "needs-attention/crm/http-500"], await store.Rows("select thing from notification_deliveries order by thing"));
    }

    [Fact]
    public async Task An_update_tells_of_what_is_new_and_of_nothing_twice()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var first = await Mail(store, "p1", "p2");
        await store.Settle(first, Taken);

        // The same saga fails again in the same way.
        await store.Execute("insert into outbox (type, saga_id, payload, created_at) select type, saga_id, payload, created_at from outbox where type like '%needs%' limit 1");
        Assert.Equal(1, await store.Route(Receivers.OnCall()));
        Assert.Equal(1, await store.Count("notification_deliveries"));

        var update = await Mail(store, "p3");
        var told = await store.Get<NotificationDeliveries>().Substance(update, default);

        Assert.Equal((2, 1, 2), (told.Number, told.Sagas, told.Before));
        Assert.Equal("p3", Assert.Single(told.First).PersonId);
        Assert.Equal(first.Mail!.ThreadAt, update.Mail!.ThreadAt);
    }

    [Fact]
    public async Task What_comes_while_a_mail_is_sent_stands_in_the_next_one_and_a_second_attempt_sends_the_same()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var first = await Mail(store, "p1");
        await store.Fail("http-409", "p2");
        await store.Route(Receivers.OnCall());
        await store.Settle(first, DeliveryAnswer.OfStatus(503, null));

        store.Clock.Advance(TimeSpan.FromMinutes(1));
        var again = Assert.Single(await store.ClaimFor("on-call"));

        Assert.Equal(first.Mail, again.Mail);
        Assert.Equal("p1", Assert.Single((await store.Get<NotificationDeliveries>().Substance(again, default)).First).PersonId);
        Assert.Equal(["1 1", "2 1"], await store.Rows("select number, count(*) from notification_deliveries join notification_mail_sagas using (delivery_id) group by number order by number"));
    }

    /// <summary>Whoever sends holds the row for a moment to close it.</summary>
    [Fact]
    public async Task A_mail_that_is_being_closed_takes_nothing_in()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.Fail("http-409", "p1");
        await store.Route(Receivers.OnCall());
        await store.Fail("http-409", "p2");
        await using var connection = await store.Connection();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var close = new NpgsqlCommand("update notification_deliveries set closed_at = now()", connection, transaction))
        {
            await close.ExecuteNonQueryAsync();
        }

        var routing = store.Route(Receivers.OnCall());
        await store.SomebodyWaitsForALock();
        await transaction.CommitAsync();
        await routing;

        Assert.Equal(["1 1", "2 1"], await store.Rows("select number, count(*) from notification_deliveries join notification_mail_sagas using (delivery_id) group by number order by number"));
    }

    [Fact]
    public async Task A_surge_that_the_guard_holds_is_one_mail_and_what_follows_is_noted()
    {
        await using var store = await Store.New(server);
        await Held(store, 3, "guard");
        await store.Route(Receivers.OnCall());
        store.Clock.Advance(Receivers.Digest);
        var mail = Assert.Single(await store.ClaimFor("on-call"));
        Assert.Equal(3, (await store.Get<NotificationDeliveries>().Substance(mail, default)).Sagas);
        await store.Settle(mail, Taken);

        await Held(store, 2, "guard");
        await store.Route(Receivers.OnCall());

        Assert.Equal(["held/guard 3 2"], await store.Rows(
            "select thing, count(*) filter (where in_mail), count(*) filter (where not in_mail) from notification_deliveries join notification_mail_sagas using (delivery_id) group by 1"));
    }

    [Fact]
    public async Task A_missed_deadline_is_told_at_once_and_once_for_each_stage_of_a_saga()
    {
        await using var store = await Store.New(server);
        await Event(store, "deadline-missed", """{"missedDeadlines":[{"stage":"contain","deadline":null},{"stage":"revoke","deadline":null}]}""");
        await store.Route(Receivers.OnCall());
        Assert.Equal(2, (await store.ClaimFor("on-call")).Count);

        await store.Execute("insert into outbox (type, saga_id, payload, created_at) select type, saga_id, payload, created_at from outbox");
        await store.Route(Receivers.OnCall());

        Assert.Equal(2, await store.Count("notification_deliveries"));
    }

    [Fact]
    public async Task Starts_and_ends_are_mailed_to_whoever_asks_for_them_only()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.ReportEach([.. (await store.Sent("p1")).Select(command => store.Reported(command, Contracts.Outcome.Changed))]);
        await store.Route(Receivers.OnCall());
        Assert.Equal(0, await store.Count("notification_deliveries"));

        await store.ReportEach([.. (await store.Sent("p2")).Select(command => store.Reported(command, Contracts.Outcome.Changed))]);
        await store.Route(Receivers.OnCall(SagaNotice.Started, SagaNotice.Completed));

        Assert.Equal(["completed", "started"], await store.Rows("select split_part(thing, '/', 1) from notification_deliveries order by 1"));
    }

    private static async Task<ClaimedDelivery> Mail(Store store, params string[] people)
    {
        await store.Fail("http-409", people);
        await store.Route(Receivers.OnCall());
        store.Clock.Advance(Receivers.Digest);
        return Assert.Single(await store.ClaimFor("on-call"));
    }

    private static async Task Held(Store store, int sagas, string reason)
    {
        for (var i = 0; i < sagas; i++)
        {
            await Event(store, "held", $$"""{"personId":"p","policy":"leaver","heldFor":["{{reason}}"]}""");
        }
    }

    private static Task Event(Store store, string notice, string payload)
        => store.Execute($"insert into outbox (type, saga_id, payload, created_at) values ('deprovisioning.{notice}.v1', gen_random_uuid(), '{payload}', now())");
}
