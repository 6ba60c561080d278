using Deprovisioner.Core.Notifying;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Notifying;
using Deprovisioner.Testing;
using Npgsql;

namespace Deprovisioner.Storage.Tests.Notifying;

[Collection(nameof(StorageServer))]
public sealed class NotificationRoutingTests(StorageServer server)
{
    private const string Insert = "insert into outbox (type, saga_id, payload, created_at) values ('deprovisioning.started.v1', gen_random_uuid(), '{}', now())";

    [Fact]
    public async Task Each_event_goes_once_to_each_webhook_that_wants_it()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.Fail("http-409", "p1");
        var settings = new NotificationSettings([Receivers.Webhook("all"), Receivers.Webhook("some", SagaNotice.NeedsAttention)], null, []);

        Assert.Equal(2, await store.Route(settings));
        Assert.Equal(0, await store.Route(settings));

        Assert.Equal(
            ["all deprovisioning.started.v1", "all deprovisioning.needs-attention.v1", "some deprovisioning.needs-attention.v1"],
            await store.Rows("select receiver, type from notification_deliveries join outbox using (outbox_id) order by receiver, outbox_id"));
        Assert.Equal(0, await store.Count("notification_queue"));
    }

    [Fact]
    public async Task An_event_says_on_which_system_what_failed_and_how()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.Fail("http-409", "p1");

        Assert.Equal(
            ["""[{"code": "http-409", "action": "disable-account", "system": "crm"}]"""],
            await store.Rows("select payload -> 'failures' from outbox where type = 'deprovisioning.needs-attention.v1'"));
        Assert.Equal(0, await store.Count("outbox where payload ? 'failures' and type <> 'deprovisioning.needs-attention.v1'"));
    }

    [Fact]
    public async Task Nobody_who_is_configured_later_is_told_of_the_past()
    {
        await using var store = await Store.New(server);
        await store.Arrive(Organisation.Terminated("p1"));
        Assert.Equal(1, await store.Route(NotificationSettings.None));

        Assert.Equal(0, await store.Route(Receivers.Webhooks("siem")));

        Assert.Equal(0, await store.Count("notification_deliveries"));
    }

    /// <summary>Its number is lower than that of what was routed already.</summary>
    [Fact]
    public async Task An_event_that_commits_late_is_not_missed()
    {
        await using var store = await Store.New(server);
        await using var late = await store.Connection();
        await using var transaction = await late.BeginTransactionAsync();
        await using (var insert = new NpgsqlCommand(Insert, late, transaction))
        {
            await insert.ExecuteNonQueryAsync();
        }

        await store.Arrive(Organisation.Terminated("p1"));
        Assert.Equal(1, await store.Route(Receivers.Webhooks("siem")));
        await transaction.CommitAsync();

        Assert.Equal(1, await store.Route(Receivers.Webhooks("siem")));
        Assert.Equal(["2", "1"], await store.Rows("select outbox_id from notification_deliveries order by delivery_id"));
    }

    /// <summary>Which has no right on the queue and does not know it.</summary>
    [Fact]
    public async Task An_event_of_an_older_worker_is_routed_too()
    {
        await using var store = await Store.New(server);
        await using (var older = NpgsqlDataSource.Create(store.As(DatabaseRole.Orchestrator)))
        {
            await using var insert = older.CreateCommand(Insert);
            await insert.ExecuteNonQueryAsync();
        }

        Assert.Equal(1, await store.Route(Receivers.Webhooks("siem")));
    }

    [Fact]
    public async Task What_the_publisher_keeps_locked_is_routed_meanwhile()
    {
        await using var store = await Store.New(server);
        await store.Arrive(Organisation.Terminated("p1"));

        await store.Outbox.Publish(
            async (_, cancellation) =>
            {
                Assert.Equal(1, await store.Route(Receivers.Webhooks("siem")).WaitAsync(TimeSpan.FromSeconds(10), cancellation));
                Assert.Single(await store.ClaimFor("siem").WaitAsync(TimeSpan.FromSeconds(10), cancellation));
            },
            default);
    }

    [Fact]
    public async Task Replicas_route_each_event_once_and_none_waits_for_another()
    {
        await using var store = await Store.New(server);
        await using var replica = store.Replica();
        await store.Arrive(Organisation.Terminated("p1"));
        await using var connection = await store.Connection();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var turn = new NpgsqlCommand($"select pg_advisory_xact_lock({NotificationRouting.Turn})", connection, transaction);
            await turn.ExecuteNonQueryAsync();
            Assert.Equal(0, await replica.Route(Receivers.Webhooks("siem")).WaitAsync(TimeSpan.FromSeconds(10)));
        }

        var routed = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? store : replica).Route(Receivers.Webhooks("siem"))));

        Assert.Equal(1, routed.Sum());
        Assert.Equal(1, await store.Count("notification_deliveries"));
    }

    [Fact]
    public async Task An_idle_worker_is_told_by_its_one_question_when_somebody_is_to_be_told()
    {
        await using var store = await Store.New(server);
        var scope = new AheadScope(LooksForDrift: false, ["siem"], Receivers.Version);
        await store.Arrive(Organisation.Terminated("p1"));
        Assert.Equal(store.Clock.Now, (await store.Get<WorkAhead>().Next(scope, default))[AheadKind.Notices]);
        Assert.DoesNotContain(AheadKind.Deliveries, (await store.Get<WorkAhead>().Next(scope, default)).Keys);

        await store.Route(Receivers.Webhooks("siem"));

        var ahead = await store.Get<WorkAhead>().Next(scope, default);
        Assert.DoesNotContain(AheadKind.Notices, ahead.Keys);
        Assert.Equal(store.Clock.Now, ahead[AheadKind.Deliveries]);
        Assert.DoesNotContain(AheadKind.Deliveries, (await store.Get<WorkAhead>().Next(scope with { Receivers = ["other"] }, default)).Keys);
        Assert.DoesNotContain(AheadKind.Deliveries, (await store.Get<WorkAhead>().Next(scope with { Receivers = [] }, default)).Keys);

        var claimed = Assert.Single(await store.ClaimFor("siem"));
        Assert.Equal(store.Clock.Now + Receivers.Lease, (await store.Get<WorkAhead>().Next(scope, default))[AheadKind.Deliveries]);
        var asked = store.Clock.Now.AddHours(1);
        await store.Settle(claimed, DeliveryAnswer.OfStatus(429, asked));
        Assert.Equal(asked, (await store.Get<WorkAhead>().Next(scope, default))[AheadKind.Deliveries]);
    }
}
