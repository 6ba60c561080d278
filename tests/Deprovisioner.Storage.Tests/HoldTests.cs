using Deprovisioner.Contracts;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests;

[Collection(nameof(StorageServer))]
public sealed class HoldTests(StorageServer server)
{
    /// <summary>A hold as the core decides it, on a saga that is there.</summary>
    private const string Held =
        """
        update steps set status = 'waiting', due_at = null, first_due_at = null where status = 'due';
        update sagas set status = 'held', holds = '[{"reason":"guard","detail":"too many","since":"2026-03-02T08:00:00+00:00"}]'
        """;

    [Fact]
    public async Task A_held_saga_goes_on_when_somebody_releases_it()
    {
        await using var store = await Store.New(server);
        var saga = (await store.Arrive(Organisation.Terminated("p1"))).SagaId!.Value;
        await store.Execute(Held);
        Assert.Empty(await store.Claim());

        var answer = await Ask(store, "release", saga);

        Assert.Equal(("done", "The saga is running."), (answer.Verdict, answer.Reason));
        Assert.Equal(["running []"], await store.Rows("select status, holds::text from sagas"));
        Assert.Equal(2, (await store.Claim()).Count);
        Assert.Equal(1, await store.Count("audit where type = 'hold-released' and convert_from(payload, 'UTF8') like '%\"reasons\":[\"guard\"],\"who\":\"ann\",\"why\":\"because\"%'"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task A_held_saga_is_cancelled_when_somebody_rejects_it()
    {
        await using var store = await Store.New(server);
        var saga = (await store.Arrive(Organisation.Terminated("p1"))).SagaId!.Value;
        await store.Execute(Held);

        Assert.Equal("done", (await Ask(store, "reject", saga)).Verdict);

        Assert.Equal(["cancelled 2"], await store.Rows("select status, count(*) from steps group by 1"));
        Assert.Equal(["cancelled"], await store.Rows("select status from sagas"));
        var again = await Ask(store, "release", saga);
        Assert.Equal(("refused", "The saga is cancelled already."), (again.Verdict, again.Reason));
    }

    [Fact]
    public async Task A_hold_is_kept_as_it_was_decided_whatever_else_happens_to_the_saga()
    {
        await using var store = await Store.New(server);
        var sent = await store.Sent("p1");
        await store.Execute(Held);

        var crm = Guid.Parse((await store.Rows("select step_id from steps where system = 'crm'"))[0]);
        await store.Report("crm", store.Reported(sent.Single(c => c.StepId.Value == crm), Outcome.Transient, "unreachable"));

        Assert.Equal(["crm waiting", "ldap in-flight"], await store.Rows("select system, status from steps order by 1"));
        Assert.Equal(["held guard too many 2026-03-02T08:00:00+00:00"], await store.Rows("select status, holds->0->>'reason', holds->0->>'detail', holds->0->>'since' from sagas"));
    }

    [Fact]
    public async Task A_step_whose_lease_runs_out_waits_with_its_held_saga()
    {
        await using var store = await Store.New(server);
        await store.Sent("p1");
        await store.Execute(Held);
        store.Clock.Advance(TimeSpan.FromMinutes(3));

        Assert.Empty(await store.Claims.TakeBackExpired(default));

        Assert.Equal(["waiting"], await store.Rows("select distinct status from steps"));
    }

    [Fact]
    public async Task A_step_that_could_not_be_sent_waits_with_its_held_saga()
    {
        await using var store = await Store.New(server);
        await store.Arrive(Organisation.Terminated("p1"));
        var claimed = (await store.Claims.Claim(findsBlocked: true, default)).Commands;
        await store.Execute(Held);

        foreach (var command in claimed)
        {
            await store.Claims.HandBack(command, TimeSpan.FromSeconds(1), default);
        }

        Assert.Equal(["waiting"], await store.Rows("select distinct status from steps"));
    }

    private static async Task<FactAnswer> Ask(Store store, string kind, SagaId saga)
    {
        await using var context = await store.Context();
        var act = new OperatorActEntity { Kind = kind, SagaId = saga.Value, Who = "ann", Why = "because", RequestedAt = store.Clock.Now };
        return await store.Commit(new Fact.ActRequested(await OperatorActs.Request(context, act, default)));
    }
}
