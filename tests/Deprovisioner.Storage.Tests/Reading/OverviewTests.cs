using Deprovisioner.Contracts;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Reading;

/// <summary>The installation at a glance.</summary>
[Collection(nameof(StorageServer))]
public sealed class OverviewTests(StorageServer server)
{
    [Fact]
    public async Task It_counts_what_is_open_and_names_what_is_shut()
    {
        await using var store = await Store.New(server, Organisation.Of("crm", "ldap") with { Guard = new GuardSettings { MaxLeavers = 3 } });
        await store.Apply([.. Enumerable.Range(0, 5).Select(i => store.Arrived(Organisation.Terminated($"p{i}")))]);
        await store.Arrive(Organisation.Terminated("later") with { EffectiveAt = store.Clock.Now.AddDays(9) });
        var sent = await store.Claim();
        await store.ReportEach(store.Reported(sent.First(step => step.SagaId != sent[0].SagaId), Outcome.Rejected, "http-409"));
        var failed = sent.First(step => step.SagaId != sent[0].SagaId).SagaId;
        await store.Execute("update systems set paused_by = 'bob', paused_why = 'upgrade', paused_at = now() where system = 'ldap'");
        await store.Execute(
            """
            insert into quarantine (received_at, raw, raw_length, content_hash, reason, detail)
            select now() - n * interval '1 year', 'x', 1, sha256(n::text::bytea), 'r', 'd' from generate_series(5, 1, -1) n
            """);
        await store.Commit(new Fact.InvalidArrived(new("syntax", "It is no JSON.", null, null), "{"u8.ToArray(), store.Clock.Now));

        var overview = await store.Operations.Overview(default);

        Assert.Equal(new SagaCounts(Scheduled: 0, Running: 2, NeedsAttention: 1, Held: 3, Late: 0), overview.Sagas);
        Assert.Equal(new HoldCounts(3, 0, 0, 0, 0), overview.Holds);
        Assert.Equal((1, 0, 1), (overview.FailedSteps, overview.OverdueTasks, overview.Quarantined));
        Assert.Equal(["ldap paused by bob"], overview.Shut.Select(system => $"{system.System} {system.State}"));
        Assert.Equal((store.Clock.Now, store.Clock.Now), (overview.At, overview.LastEventAt!.Value));

        await store.Operations.Ask([Storage.Asking.ActRequest.Cancel(new("ann", "x"), failed.Value)], default);
        await store.Commit(new Fact.ActRequested(1));
        Assert.Equal(0, (await store.Operations.Overview(default)).FailedSteps);
    }

    [Fact]
    public async Task A_step_of_a_day_to_come_does_not_wait_and_one_that_is_tried_again_does()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.Arrive(Organisation.Terminated("later") with { EffectiveAt = store.Clock.Now.AddDays(9) });
        Assert.Equal(0, (await store.Operations.Systems(default))[0].Due);

        await store.ReportEach(store.Reported(Assert.Single(await store.Sent("now")), Outcome.Transient, "timeout"));

        Assert.Equal(1, (await store.Operations.Systems(default))[0].Due);
        store.Clock.Advance(TimeSpan.FromDays(10));
        Assert.Equal(2, (await store.Operations.Systems(default))[0].Due);
    }

    [Fact]
    public async Task The_time_to_contain_is_told_of_each_of_fourteen_days_urgent_leavers_apart()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        store.Clock.Advance(TimeSpan.FromDays(1) - (store.Clock.Now - new DateTimeOffset(store.Clock.Now.UtcDateTime.Date, TimeSpan.Zero)));
        await Contain(store, "old", TimeSpan.FromSeconds(1));
        store.Clock.Advance(TimeSpan.FromDays(14));
        await Contain(store, "fast", TimeSpan.FromMinutes(1));
        await Contain(store, "slow, and told of late", TimeSpan.FromMinutes(3), late: TimeSpan.FromDays(2));
        await Contain(store, "urgent", TimeSpan.FromSeconds(5), urgent: true);
        store.Clock.Advance(TimeSpan.FromDays(1));

        var days = (await store.Operations.Overview(default)).Containment;

        Assert.Equal(14, days.Count);
        Assert.Equal(DateOnly.FromDateTime(store.Clock.Now.UtcDateTime), days[^1].Day);
        Assert.Equal(new ContainmentDay(days[^2].Day, new(2, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3)), new(1, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5))), days[^2]);
        Assert.All(days.Where((_, day) => day != 12), day => Assert.Equal(new ContainmentDay(day.Day, null, null), day));
    }

    private static async Task Contain(Store store, string person, TimeSpan after, bool urgent = false, TimeSpan late = default)
    {
        await store.Arrive(Organisation.Terminated(person, urgent: urgent) with { EffectiveAt = store.Clock.Now - late });
        var step = Assert.Single(await store.Claim());
        store.Clock.Advance(after);
        await store.Report("crm", store.Reported(step, Outcome.Changed));
    }
}
