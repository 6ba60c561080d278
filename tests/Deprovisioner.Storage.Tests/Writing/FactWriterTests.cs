using System.Globalization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Writing;

/// <summary>Which facts share a transaction, and what the dispatcher is told of it.</summary>
[Collection(nameof(StorageServer))]
public sealed class FactWriterTests(StorageServer server)
{
    private static readonly Configuration TwoStages = Organisation.Of(
        [Organisation.System("crm")], Organisation.Stage("contain", StepAction.DisableAccount), Organisation.Stage("revoke", StepAction.RemoveEntitlements));

    [Fact]
    public async Task Few_new_events_go_into_a_transaction_and_an_urgent_one_goes_into_the_next()
    {
        await using var store = await Store.New(server);
        var ordinary = Enumerable.Range(0, 400).Select(i => store.Arrive(Organisation.Terminated($"p{i}"))).ToList();
        var urgent = store.Arrive(Organisation.Terminated("urgent", urgent: true));
        await Task.WhenAll(ordinary.Append(urgent));

        var together = await store.Rows("select count(*) from inbox group by xmin::text::bigint order by 1 desc limit 1");
        Assert.InRange(int.Parse(Assert.Single(together), CultureInfo.InvariantCulture), 2, 17);
        Assert.InRange(await store.Count("inbox where inbox_id < (select inbox_id from inbox where person_id = 'urgent')"), 0, 200);
    }

    [Fact]
    public async Task After_reports_by_which_nothing_became_due_the_dispatcher_need_not_look()
    {
        await using var store = await Store.New(server);

        // A system's first success changes its row, and that counts.
        await store.Report("crm", store.Reported((await store.Sent("p0"))[0], Outcome.Changed));
        var sent = await store.Sent("p1");

        Assert.True(await OnlyMadeRoom(store, new Fact.Reported([store.Reported(sent[0], Outcome.Changed)], new SystemName("crm"))));
    }

    [Fact]
    public async Task After_a_report_by_which_the_next_stage_opens_it_has_to_look()
    {
        await using var store = await Store.New(server, TwoStages);
        var sent = Assert.Single(await store.Sent("p1"));

        Assert.False(await OnlyMadeRoom(store, new Fact.Reported([store.Reported(sent, Outcome.Changed)], new SystemName("crm"))));
    }

    [Fact]
    public async Task After_a_report_by_which_a_step_is_to_be_tried_again_it_has_to_look()
    {
        await using var store = await Store.New(server);
        var sent = await store.Sent("p1");

        Assert.False(await OnlyMadeRoom(store, new Fact.Reported([store.Reported(sent[0], Outcome.Transient, "timeout")], new SystemName("crm"))));
    }

    [Fact]
    public async Task After_an_event_it_has_to_look()
    {
        await using var store = await Store.New(server);

        Assert.False(await OnlyMadeRoom(store, store.Arrived(Organisation.Terminated("p1"))));
    }

    private static async Task<bool> OnlyMadeRoom(Store store, Fact fact) => (await store.Get<FactTransaction>().Apply([fact], default)).OnlyMadeRoom;
}
