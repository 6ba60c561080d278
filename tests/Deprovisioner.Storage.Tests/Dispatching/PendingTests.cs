using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Dispatching;

/// <summary>What a command says of a step that its system took and finishes later.</summary>
[Collection(nameof(StorageServer))]
public sealed class PendingTests(StorageServer server)
{
    private static readonly Configuration One = Organisation.Of([Organisation.System("crm")], Organisation.Stage("contain", StepAction.DisableAccount));

    [Fact]
    public async Task Once_it_is_taken_the_host_is_told_to_look_only_and_the_account_and_its_snapshot_are_kept()
    {
        await using var store = await Store.New(server, One);
        var first = Assert.Single(await store.Sent("p1"));
        Assert.False(first.Pending);
        await store.Report("crm", store.Reported(first, Outcome.Accepted, "http-202") with
        {
            Evidence = [new AccountEvidence("u1", "ada", new Dictionary<string, string> { ["enabled"] = "yes" }, null)],
            Snapshots = [new AccountSnapshot("u1", "ada", true, [], new Dictionary<string, string>())],
        });
        store.Clock.Advance(TimeSpan.FromSeconds(30));

        var look = Assert.Single(await store.Claim());
        Assert.True(look.Pending);
        Assert.Equal(["u1"], look.KnownAccountIds);
        await store.Report("crm", store.Reported(look, Outcome.Changed));

        Assert.Equal(["succeeded 0 True"], await store.Rows("select status, failures, snapshots::text like '%u1%' from steps"));
        Assert.Equal(["completed"], await store.Rows("select status from sagas"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task A_look_whose_lease_ran_out_is_a_look_again()
    {
        await using var store = await Store.New(server, One);
        await store.Report("crm", store.Reported(Assert.Single(await store.Sent("p1")), Outcome.Accepted));
        store.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Single(await store.Claim());
        store.Clock.Advance(TimeSpan.FromDays(1));
        await store.Claims.TakeBackExpired(default);

        Assert.True(Assert.Single(await store.Claim()).Pending);
    }

    [Fact]
    public async Task What_was_never_finished_is_asked_for_anew_by_a_replay()
    {
        await using var store = await Store.New(server, One);
        await store.Report("crm", store.Reported(Assert.Single(await store.Sent("p1")), Outcome.Accepted));
        store.Clock.Advance(TimeSpan.FromDays(4));
        await store.Report("crm", store.Reported(Assert.Single(await store.Claim()), Outcome.Accepted));
        Assert.Equal(["failed not-finished needs-attention"], await store.Rows("select s.status, s.code, g.status from steps s join sagas g using (saga_id)"));
        Assert.Equal(1, await store.Count("outbox where type = 'deprovisioning.needs-attention.v1'"));

        await using (var context = await store.Context())
        {
            var step = Guid.Parse((await store.Rows("select step_id from steps"))[0]);
            var act = await OperatorActs.Request(context, new OperatorActEntity { Kind = "replay", StepId = step, Who = "ann", Why = "asked the vendor", RequestedAt = store.Clock.Now }, default);
            Assert.Equal("done", (await store.Commit(new Fact.ActRequested(act))).Verdict);
        }

        Assert.False(Assert.Single(await store.Claim()).Pending);
    }
}
