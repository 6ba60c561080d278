using Deprovisioner.Contracts;
using Deprovisioner.Core.Replaying;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Reading;

/// <summary>Replays, as people see them.</summary>
[Collection(nameof(StorageServer))]
public sealed class ReplayReadingTests(StorageServer server)
{
    private static readonly Asker Ann = new("ann", "repaired");

    [Fact]
    public async Task A_replay_is_shown_with_its_steps_in_parts_and_with_what_it_waits_for()
    {
        await using var store = await Failed(5);
        var job = await Open(store, new ReplayFilter { System = "crm" });
        await store.Commit(new Fact.ReplayLookedAt(new ReplayJobId(job)));
        await store.ReportEach(store.Reported(Assert.Single(await store.Claim()), Outcome.Changed));
        await store.Commit(new Fact.ReplayLookedAt(new ReplayJobId(job)));
        await store.Execute("update systems set paused_by = 'bob', paused_why = 'upgrade', paused_at = now() where system = 'crm'");

        var shown = (await store.Operations.Replay(job, default))!;
        Assert.Equal(("running", "--system crm", 5, 1), (shown.Job.Status, shown.Job.Filter, shown.Job.Total, shown.Job.Succeeded));
        Assert.Equal(["crm (paused by bob: upgrade)"], shown.WaitsFor);

        var first = await store.Operations.ReplaySteps(job, null, new PageRequest(3), default);
        var second = await store.Operations.ReplaySteps(job, null, new PageRequest(3, first.Next), default);
        Assert.Equal([0, 1, 2, 3, 4], first.Items.Concat(second.Items).Select(step => step.Item.Ordinal));
        Assert.Null(second.Next);
        var done = Assert.Single((await store.Operations.ReplaySteps(job, "succeeded", new(), default)).Items);
        Assert.Equal(await store.Rows($"select 'disable-account', person_id, ldap.code from steps join sagas using (saga_id), (select 'ldap-50' as code) ldap where step_id = '{done.Item.StepId}'"), [$"{done.Action} {done.Person} {done.Item.Before}"]);
    }

    [Fact]
    public async Task Replays_are_listed_the_newest_first_and_one_that_there_is_not_is_null()
    {
        await using var store = await Failed(2);
        var (older, newer) = (await Open(store, new ReplayFilter { Person = "p0" }), await Open(store, new ReplayFilter { Person = "p1" }));

        var first = await store.Operations.Replays(new PageRequest(1), default);
        var second = await store.Operations.Replays(new PageRequest(1, first.Next), default);

        Assert.Equal([newer, older], first.Items.Concat(second.Items).Select(job => job.JobId));
        Assert.Null(second.Next);
        Assert.Null(await store.Operations.Replay(4711, default));
        Assert.Empty((await store.Operations.ReplaySteps(4711, null, new(), default)).Items);
    }

    private async Task<Store> Failed(int leavers)
    {
        var store = await Store.New(server, Organisation.Of("crm"));
        await store.Apply([.. Enumerable.Range(0, leavers).Select(i => store.Arrived(Organisation.Terminated($"p{i}")))]);
        await store.Report("crm", [.. (await store.Claim()).Select(step => store.Reported(step, Outcome.Rejected, "ldap-50"))]);
        return store;
    }

    private static async Task<long> Open(Store store, ReplayFilter filter)
    {
        var act = Assert.Single(await store.Operations.Ask([ActRequest.Replay(Ann, filter, ReplayStart.AtOnce)], default));
        Assert.Equal("done", (await store.Commit(new Fact.ActRequested(act.ActId))).Verdict);
        return act.ActId;
    }
}
