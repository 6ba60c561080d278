using Deprovisioner.Contracts;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests;

[Collection(nameof(StorageServer))]
public sealed class OperatorActsTests(StorageServer server)
{
    [Fact]
    public async Task A_failed_step_is_sent_again_when_somebody_replays_it()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var failed = await Failed(store, "p1");

        var answer = await Ask(store, Act(store, "replay", step: failed.StepId.Value));

        Assert.Equal(("done", failed.SagaId), (answer.Verdict, answer.SagaId!.Value));
        Assert.Equal(2, Assert.Single(await store.Claim()).Attempt);
        Assert.Equal(1, await store.Count("audit where type = 'step-replayed' and convert_from(payload, 'UTF8') like '%\"who\":\"ann\",\"why\":\"because\"%'"));
    }

    [Fact]
    public async Task A_failed_step_is_settled_when_somebody_resolves_it_with_evidence()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var failed = await Failed(store, "p1");

        var answer = await Ask(store, Act(store, "resolve", step: failed.StepId.Value, evidence: "ticket 42"));

        Assert.Equal("done", answer.Verdict);
        Assert.Equal(["succeeded resolved-by-hand completed"], await store.Rows("select s.status, s.code, g.status from steps s join sagas g using (saga_id)"));
        Assert.Contains("ticket 42", (await store.Audit.Lines(failed.SagaId.Value, default)).Single(l => l.Type == "step-resolved").Evidence, StringComparison.Ordinal);
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task A_saga_goes_on_without_a_step_that_somebody_skips()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var failed = await Failed(store, "p1");

        var answer = await Ask(store, Act(store, "skip", step: failed.StepId.Value));

        Assert.Equal(("done", "The saga is completed."), (answer.Verdict, answer.Reason));
        Assert.Equal(["cancelled skipped completed"], await store.Rows("select s.status, s.code, g.status from steps s join sagas g using (saga_id)"));
        Assert.Equal(1, await store.Count("audit where type = 'step-skipped' and convert_from(payload, 'UTF8') like '%\"who\":\"ann\",\"why\":\"because\"%'"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task A_cancelled_saga_sends_nothing_more()
    {
        await using var store = await Store.New(server);
        var saga = (await store.Arrive(Organisation.Terminated("p1"))).SagaId!.Value;

        var answer = await Ask(store, Act(store, "cancel", saga: saga.Value));
        var again = await Ask(store, Act(store, "cancel", saga: saga.Value));

        Assert.Equal(("done", "refused"), (answer.Verdict, again.Verdict));
        Assert.Equal("The saga is cancelled already.", again.Reason);
        Assert.Empty(await store.Claim());
        Assert.Equal(["done The saga is cancelled.", "refused The saga is cancelled already."], await store.Rows("select status, answer from operator_acts order by act_id"));
    }

    [Fact]
    public async Task A_paused_system_is_sent_nothing_until_it_is_resumed()
    {
        await using var store = await Store.New(server);
        await store.Arrive(Organisation.Terminated("p1"));

        Assert.Equal("crm is paused.", (await Ask(store, Act(store, "pause", system: "crm"))).Reason);
        Assert.Single(await store.Claim());
        Assert.Equal("crm is open.", (await Ask(store, Act(store, "resume", system: "crm"))).Reason);
        Assert.Single(await store.Claim());

        Assert.Equal(["system-paused", "system-resumed"], await store.Rows("select type from audit where type like 'system%' order by seq"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task What_waits_for_a_retry_is_due_at_once_when_a_system_is_resumed()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var command = Assert.Single(await store.Sent("p1"));
        await store.Report("crm", store.Reported(command, Outcome.Transient, "unreachable"));
        Assert.Empty(await store.Claim());

        await Ask(store, Act(store, "resume", system: "crm"));

        Assert.Single(await store.Claim());
    }

    [Fact]
    public async Task An_act_that_is_taken_twice_is_done_once()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await using var replica = store.Replica();
        var failed = await Failed(store, "p1");
        var act = await Request(store, Act(store, "replay", step: failed.StepId.Value));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? store : replica).Commit(new Fact.ActRequested(act))));

        Assert.Equal(1, await store.Count("audit where type = 'step-replayed'"));
        Assert.Contains(answers, a => a.Verdict == "done");
        Assert.Equal(["done"], await store.Rows("select status from operator_acts"));
        Assert.Empty(await store.Get<OperatorActs>().Requested(default));
    }

    [Theory]
    [InlineData("replay", "saga", "The saga has no such step.|Only a failed step of a saga that was not cancelled can be replayed.")]
    [InlineData("replay", "unknown", "No such saga.")]
    [InlineData("cancel", "unknown", "No such saga.")]
    [InlineData("pause", "saga", "'pause' is no act on a saga.")]
    [InlineData("pause", "erp", "No system is called erp.")]
    [InlineData("cancel", "crm", "'cancel' is no act on a system.")]
    [InlineData("resolve", "nothing", "No such saga.")]
    public async Task What_cannot_be_done_is_refused_with_an_answer(string kind, string on, string reasons)
    {
        await using var store = await Store.New(server);
        var saga = (await store.Arrive(Organisation.Terminated("p1"))).SagaId!.Value;
        await store.Execute("update systems set paused_by = 'bob', paused_why = 'x', paused_at = now()");

        var answer = await Ask(store, on switch
        {
            "saga" => Act(store, kind, saga: saga.Value),
            "unknown" => Act(store, kind, saga: Guid.NewGuid()),
            "nothing" => Act(store, kind),
            _ => Act(store, kind, system: on),
        });

        Assert.Equal("refused", answer.Verdict);
        Assert.Contains(answer.Reason, reasons.Split('|'));
        Assert.Equal([$"refused {answer.Reason}"], await store.Rows("select status, answer from operator_acts"));
        Assert.Equal(2, await store.Count("systems where paused_by = 'bob'"));
    }

    [Fact]
    public async Task A_request_is_heard_by_whoever_listens()
    {
        await using var store = await Store.New(server);
        await using var listening = await store.Get<OperatorActs>().Listen(default);
        var heard = 0;
        listening.Notification += (_, _) => heard++;

        var act = await Request(store, Act(store, "pause", system: "crm"));
        await OperatorActs.Announced(listening, TimeSpan.FromSeconds(30), default);

        Assert.Equal(1, heard);
        Assert.Equal([act], await store.Get<OperatorActs>().Requested(default));
    }

    private static async Task<StepCommand> Failed(Store store, string person)
    {
        var command = Assert.Single(await store.Sent(person));
        await store.Report("crm", store.Reported(command, Outcome.Rejected, "http-409"));
        return command;
    }

    private static async Task<FactAnswer> Ask(Store store, OperatorActEntity act) => await store.Commit(new Fact.ActRequested(await Request(store, act)));

    private static async Task<long> Request(Store store, OperatorActEntity act)
    {
        await using var context = await store.Context();
        return await OperatorActs.Request(context, act, default);
    }

    private static OperatorActEntity Act(Store store, string kind, Guid? saga = null, Guid? step = null, string? system = null, string? evidence = null)
        => new() { Kind = kind, SagaId = saga, StepId = step, System = system, Evidence = evidence, Who = "ann", Why = "because", RequestedAt = store.Clock.Now };
}
