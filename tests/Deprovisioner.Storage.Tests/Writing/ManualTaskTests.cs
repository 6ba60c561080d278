using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Writing;

[Collection(nameof(StorageServer))]
public sealed class ManualTaskTests(StorageServer server)
{
    private static readonly Configuration Manual = Organisation.Of([Organisation.System("badge")], Organisation.Stage("handover", StepAction.ManualTask));

    [Fact]
    public async Task A_task_has_its_owner_and_due_time_and_somebody_else_verifies_what_one_has_done()
    {
        await using var store = await Store.New(server, Manual);
        var step = await Open(store, verify: true);
        Assert.Equal(["open-task facilities True -"], await store.Rows("select status, task_owner, task_verify, task_done_by from steps"));

        Assert.Equal("done", (await Ask(store, "resolve", step, "ann")).Verdict);
        Assert.Equal(["open-task done-unverified ann"], await store.Rows("select status, code, task_done_by from steps"));
        Assert.Equal("refused", (await Ask(store, "verify", step, "ann")).Verdict);
        Assert.Equal("done", (await Ask(store, "verify", step, "ben")).Verdict);

        Assert.Equal(["succeeded verified-by-hand completed"], await store.Rows("select s.status, s.code, g.status from steps s join sagas g using (saga_id)"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task A_late_task_is_told_of_once_whoever_looks_and_however_late()
    {
        await using var store = await Store.New(server, Manual);
        await Open(store, verify: false);
        var tasks = store.Get<OverdueTasks>();
        Assert.Empty(await tasks.Find(default));

        store.Clock.Advance(TimeSpan.FromDays(3));
        var late = await tasks.Find(default);
        await store.Apply(new Fact.TasksOverdue(late), new Fact.TasksOverdue(late));
        await store.Commit(new Fact.TasksOverdue(late));

        Assert.Empty(await tasks.Find(default));
        Assert.Equal(1, await store.Count("outbox where type = 'deprovisioning.needs-attention.v1'"));
        Assert.Equal(1, await store.Count("audit where type = 'task-overdue'"));
        Assert.Equal([], await store.Faults());
    }

    private static async Task<StepId> Open(Store store, bool verify)
    {
        var command = Assert.Single(await store.Sent("p1"));
        await store.Report("badge", store.Reported(command, Outcome.Accepted, "manual") with { Task = new TaskAssignment("facilities", store.Clock.Now + TimeSpan.FromHours(4), verify) });
        return command.StepId;
    }

    private static async Task<FactAnswer> Ask(Store store, string kind, StepId step, string who)
    {
        await using var context = await store.Context();
        var id = await OperatorActs.Request(context, new OperatorActEntity { Kind = kind, StepId = step.Value, Evidence = "seen", Who = who, Why = "because", RequestedAt = store.Clock.Now }, default);
        return await store.Commit(new Fact.ActRequested(id));
    }
}
