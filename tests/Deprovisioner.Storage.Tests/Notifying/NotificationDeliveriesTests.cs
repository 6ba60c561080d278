using Deprovisioner.Core.Notifying;
using Deprovisioner.Storage.Notifying;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Storage.Tests.Notifying;

[Collection(nameof(StorageServer))]
public sealed class NotificationDeliveriesTests(StorageServer server)
{
    private static readonly DeliveryAnswer Taken = DeliveryAnswer.OfStatus(204, null);
    private static readonly DeliveryAnswer Down = DeliveryAnswer.OfStatus(503, null);

    [Fact]
    public async Task What_was_sent_and_not_marked_is_sent_again_under_the_same_id_when_its_lease_ends()
    {
        await using var store = await Waiting(1, "siem");
        await using var replica = store.Replica();
        var killed = Assert.Single(await store.ClaimFor("siem"));

        store.Clock.Advance(Receivers.Lease - TimeSpan.FromSeconds(1));
        Assert.Empty(await replica.ClaimFor("siem"));
        store.Clock.Advance(TimeSpan.FromSeconds(1));
        var again = Assert.Single(await replica.ClaimFor("siem"));

        Assert.Equal(killed.Event, again.Event);
        Assert.Equal((1, 2), (killed.Attempt.Attempts, again.Attempt.Attempts));
        await replica.Settle(again, Taken);
        Assert.Equal(["delivered 2 http-204"], await store.Rows("select status, attempts, last_code from notification_deliveries"));
    }

    [Fact]
    public async Task Of_a_late_answer_only_that_it_was_delivered_counts()
    {
        await using var store = await Waiting(1, "siem");
        var frozen = Assert.Single(await store.ClaimFor("siem"));
        store.Clock.Advance(Receivers.Lease);
        var again = Assert.Single(await store.ClaimFor("siem"));

        Assert.IsType<DeliveryDecision.GivenUp>(await store.Settle(frozen, DeliveryAnswer.OfStatus(410, null)));
        Assert.Equal(["waiting -"], await store.Rows("select status, last_code from notification_deliveries"));
        await store.Settle(frozen, Taken);
        await store.Settle(again, Down);

        Assert.Equal(["delivered http-204"], await store.Rows("select status, last_code from notification_deliveries"));
    }

    [Fact]
    public async Task Replicas_do_not_send_what_another_is_sending()
    {
        await using var store = await Waiting(20, "siem");
        await using var replica = store.Replica();

        var claimed = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? store : replica).ClaimFor("siem", most: 3)));

        Assert.Equal(20, claimed.SelectMany(c => c).Concat(await store.ClaimFor("siem")).Select(c => c.Attempt.Id).Distinct().Count());
        Assert.Equal(["1"], await store.Rows("select distinct attempts from notification_deliveries"));
    }

    [Fact]
    public async Task A_receiver_that_is_down_is_asked_by_one_delivery_at_a_time_and_delays_nobody_else()
    {
        await using var store = await Waiting(3, "down", "well");
        foreach (var claimed in await store.ClaimFor("down"))
        {
            await store.Settle(claimed, Down);
        }

        Assert.Equal(3, (await store.ClaimFor("well")).Count);
        Assert.Empty(await store.ClaimFor("down"));
        store.Clock.Advance(TimeSpan.FromSeconds(30));
        var probe = Assert.Single(await store.ClaimFor("down"));
        Assert.Equal(1, probe.Attempt.FailuresOfReceiver);

        await store.Settle(probe, Taken);
        Assert.Equal(2, (await store.ClaimFor("down")).Count);
        Assert.Equal(["down 0 -"], await store.Rows("select receiver, failures, quiet_until from notification_receivers"));
    }

    [Fact]
    public async Task Nothing_is_sent_before_the_time_that_a_receiver_asked_for()
    {
        await using var store = await Waiting(2, "siem");
        var asked = store.Clock.Now.AddMinutes(30);
        await store.Settle((await store.ClaimFor("siem", most: 1))[0], DeliveryAnswer.OfStatus(429, asked));

        store.Clock.Now = asked.AddSeconds(-1);
        Assert.Empty(await store.ClaimFor("siem"));
        store.Clock.Now = asked;
        Assert.Single(await store.ClaimFor("siem"));
    }

    [Fact]
    public async Task One_that_its_receiver_cannot_digest_holds_up_no_other()
    {
        await using var store = await Waiting(3, "siem");
        var poison = (await store.ClaimFor("siem", most: 1))[0];
        await store.Settle(poison, DeliveryAnswer.OfStatus(500, null));
        store.Clock.Advance(TimeSpan.FromSeconds(2));

        var next = Assert.Single(await store.ClaimFor("siem"));
        Assert.NotEqual(poison.Attempt.Id, next.Attempt.Id);
        await store.Settle(next, Taken);
        Assert.Single(await store.ClaimFor("siem"));
    }

    [Fact]
    public async Task A_receiver_that_is_gone_gets_nothing_until_the_configuration_changes()
    {
        await using var store = await Waiting(2, "siem");
        await store.Settle((await store.ClaimFor("siem", most: 1))[0], DeliveryAnswer.OfStatus(410, null));

        store.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await store.ClaimFor("siem"));
        Assert.DoesNotContain(AheadKind.Deliveries, (await store.Get<WorkAhead>().Next(new AheadScope(false, ["siem"], Receivers.Version), default)).Keys);
        Assert.Contains(AheadKind.Deliveries, (await store.Get<WorkAhead>().Next(new AheadScope(false, ["siem"], "v2"), default)).Keys);

        var mended = Assert.Single(await store.ClaimFor("siem", version: "v2"));
        await store.Get<NotificationDeliveries>().Settle(mended, Taken, new DeliveryDecision.Done(), "v2", default);
        Assert.Equal(["siem - -"], await store.Rows("select receiver, gone_at, gone_version from notification_receivers"));
        Assert.Equal(["given-up http-410", "delivered http-204"], await store.Rows("select status, last_code from notification_deliveries order by delivery_id"));
    }

    [Fact]
    public async Task What_nobody_can_be_asked_for_is_given_up_when_its_time_is_over_and_nothing_else_is()
    {
        await using var store = await Waiting(1, "removed", "gone", "well");
        await store.Execute($"insert into notification_receivers values ('gone', 0, null, now(), '{Receivers.Version}')");
        var deliveries = store.Get<NotificationDeliveries>();
        store.Clock.Advance(TimeSpan.FromDays(3) - TimeSpan.FromSeconds(1));
        Assert.Empty(await deliveries.GiveUpUnasked(["gone", "well"], Receivers.Version, default));

        store.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([("gone", 1), ("removed", 1)], (await deliveries.GiveUpUnasked(["gone", "well"], Receivers.Version, default)).Order());

        Assert.Equal(["well"], await store.Rows("select receiver from notification_deliveries where status = 'waiting'"));
        Assert.Single(await store.ClaimFor("well"));
    }

    [Fact]
    public async Task What_was_claimed_when_the_worker_is_told_to_stop_is_due_again_at_once()
    {
        await using var store = await Waiting(1, "siem");
        await store.Get<NotificationDeliveries>().HandBack(Assert.Single(await store.ClaimFor("siem")), default);

        Assert.Equal(2, Assert.Single(await store.ClaimFor("siem")).Attempt.Attempts);
    }

    [Fact]
    public async Task People_see_how_it_went_and_who_takes_nothing()
    {
        await using var store = await Waiting(2, "siem", "gone");
        await store.Settle((await store.ClaimFor("siem", most: 1))[0], Taken);
        await store.Settle((await store.ClaimFor("siem", most: 1))[0], Down);
        var version = (await store.Rows("select version from configurations"))[0];
        await store.Execute($"insert into notification_receivers values ('gone', 0, null, '2026-03-02 09:00Z', '{version}'), ('mended', 0, null, '2026-03-02 09:00Z', 'older')");

        var all = await store.Operations.Notifications(new(null, null), new PageRequest(3), default);
        Assert.Equal(3, all.Items.Count);
        Assert.Single((await store.Operations.Notifications(new(null, null), new PageRequest(3, all.Next), default)).Items);
        var delivered = Assert.Single((await store.Operations.Notifications(new("siem", "delivered"), new PageRequest(), default)).Items);
        Assert.Equal(("siem", "webhook", "1", "http-204", 1), (delivered.Receiver, delivered.Kind, delivered.About, delivered.LastCode, delivered.Attempts));
        Assert.Null(delivered.NextAt);
        var failing = Assert.Single((await store.Operations.Notifications(new("siem", "waiting"), new PageRequest(), default)).Items);
        Assert.Equal(("http-503", "The receiver answers with status 503."), (failing.LastCode, failing.LastError));
        Assert.NotNull(failing.NextAt);

        var troubled = await store.Operations.TroubledReceivers(default);
        Assert.Equal([("gone", 0, true), ("siem", 1, false)], troubled.Select(t => (t.Receiver, t.Failures, t.GoneAt is not null)));
    }

    /// <summary>So many events that wait for each of these.</summary>
    private async Task<Store> Waiting(int events, params string[] receivers)
    {
        var store = await Store.New(server);
        await Task.WhenAll(Enumerable.Range(0, events).Select(i => store.Arrive(Organisation.Terminated($"p{i}"))));
        Assert.Equal(events, await store.Route(Receivers.Webhooks(receivers)));
        return store;
    }
}
