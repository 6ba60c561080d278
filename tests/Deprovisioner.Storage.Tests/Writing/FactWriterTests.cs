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
    public async Task Few_new_events_go_into_a_transaction_and_an_urgent_one_goes_into_the_next_without_any()
    {
        await using var store = await Store.New(server);
        var ordinary = Enumerable.Range(0, 400).Select(i => store.Arrive(Organisation.Terminated($"p{i}"))).ToList();
        var urgent = store.Arrive(Organisation.Terminated("urgent", urgent: true));
        await Task.WhenAll(ordinary.Append(urgent));

        var together = await store.Rows("select count(*) from inbox group by xmin::text::bigint order by 1 desc limit 1");
        Assert.InRange(int.Parse(Assert.Single(together), CultureInfo.InvariantCulture), 2, 32);
        Assert.Equal(1, await store.Count("inbox where xmin = (select xmin from inbox where person_id = 'urgent')"));
        Assert.InRange(await store.Count("inbox where inbox_id < (select inbox_id from inbox where person_id = 'urgent')"), 0, 200);
    }

    [Fact]
    public async Task After_reports_by_which_nothing_became_due_the_dispatcher_need_not_look()
    {
        await using var store = await Working();
        var sent = await store.Sent("p1");

        Assert.True(await OnlyMadeRoom(store, store.Reported(sent[0], Outcome.Changed)));
    }

    [Fact]
    public async Task After_a_report_by_which_the_next_stage_opens_it_has_to_look()
    {
        await using var store = await Working(TwoStages);
        var sent = (await store.Sent("p1")).Single(step => step.Action is StepAction.DisableAccount);

        Assert.False(await OnlyMadeRoom(store, store.Reported(sent, Outcome.Changed)));
    }

    [Fact]
    public async Task After_a_report_by_which_a_step_is_to_be_tried_again_it_has_to_look()
    {
        await using var store = await Working();
        var sent = await store.Sent("p1");

        Assert.False(await OnlyMadeRoom(store, store.Reported(sent[0], Outcome.Transient, "http-409")));
    }

    [Fact]
    public async Task After_a_report_by_which_a_system_is_back_it_has_to_look()
    {
        await using var store = await Working();
        var sent = await store.Sent("p1");
        var late = (await store.Sent("p2"))[0];
        await store.Report("crm", store.Reported(sent[0], Outcome.Transient, "unreachable"));

        Assert.False(await OnlyMadeRoom(store, store.Reported(late, Outcome.Changed)));
    }

    [Fact]
    public async Task After_an_event_it_has_to_look()
    {
        await using var store = await Store.New(server);

        Assert.False((await store.Get<FactTransaction>().Apply([store.Arrived(Organisation.Terminated("p1"))], default)).OnlyMadeRoom);
    }

    /// <summary>With a first success on the CRM behind it, which changes that system's row.</summary>
    private async Task<Store> Working(Configuration? configuration = null)
    {
        var store = await Store.New(server, configuration);
        await store.Report("crm", store.Reported((await store.Sent("p0"))[0], Outcome.Changed));
        return store;
    }

    private static async Task<bool> OnlyMadeRoom(Store store, StepReport report)
        => (await store.Get<FactTransaction>().Apply([new Fact.Reported([report], new SystemName("crm"))], default)).OnlyMadeRoom;
}
