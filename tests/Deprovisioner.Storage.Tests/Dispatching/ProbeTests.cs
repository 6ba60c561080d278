using Deprovisioner.Contracts;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Dispatching;

[Collection(nameof(StorageServer))]
public sealed class ProbeTests(StorageServer server)
{
    [Fact]
    public async Task A_question_is_sent_as_its_step_would_be_and_asks_to_change_nothing()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var step = await Settled(store, "p1");
        await store.Execute("insert into known_accounts values ('p1', 'crm', 'u-7')");
        var probe = await Due(store, step);

        var asked = Assert.Single(await store.Claim());

        Assert.Equal((probe, 1, true, true), (asked.StepId.Value, asked.Attempt, asked.Probe, asked.Observe));
        Assert.Equal((step.SagaId, step.Action, step.PersonId, step.Fence), (asked.SagaId, asked.Action, asked.PersonId, asked.Fence));
        Assert.Equal(step.Facts, asked.Facts);
        Assert.Equal(["u-7"], asked.KnownAccountIds);
        Assert.Empty(await store.Claim());
    }

    [Fact]
    public async Task Its_answer_is_recorded_once_and_leaves_the_step_as_it_is()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var step = await Settled(store, "p1");
        var before = await Step(store, step);
        await Due(store, step);
        var asked = Assert.Single(await store.Claim());

        Assert.Equal("1 of 1 reports counted.", (await Answer(store, asked, Outcome.Observed)).Reason);
        Assert.Equal("0 of 1 reports counted.", (await Answer(store, asked, Outcome.Already)).Reason);

        Assert.Equal(["answered observed"], await store.Rows("select status, outcome from probes"));
        Assert.Equal(before, await Step(store, step));
        Assert.Empty(await store.Claim());
    }

    [Fact]
    public async Task Only_the_system_that_was_asked_can_answer_and_only_the_last_time_it_was_asked()
    {
        await using var store = await Store.New(server, Organisation.Of("crm", "ldap"));
        var step = await Settled(store, "p1");
        await Due(store, step);
        var first = Assert.Single(await store.Claim());
        store.Clock.Advance(TimeSpan.FromMinutes(3));
        await store.Claims.TakeBackExpired(default);
        var second = Assert.Single(await store.Claim());

        var answer = store.Reported(second, Outcome.Observed) with { Probe = true };
        Assert.Equal("0 of 1 reports counted.", (await store.Report("ldap", answer)).Reason);
        Assert.Equal("0 of 1 reports counted.", (await Answer(store, first, Outcome.Observed)).Reason);
        Assert.Equal("1 of 1 reports counted.", (await store.Report("crm", answer)).Reason);

        Assert.Equal(2, second.Attempt);
    }

    [Fact]
    public async Task A_question_never_stands_before_a_step_and_counts_in_the_same_budget()
    {
        await using var store = await Store.New(server, Organisation.Of([Organisation.System("crm", concurrency: 2)]));
        var step = await Settled(store, "p1");
        await Due(store, step);
        await store.Arrive(Organisation.Terminated("p2"));
        await store.Arrive(Organisation.Terminated("p3"));

        var full = await store.Claim();
        Assert.Equal([false, false], full.Select(c => c.Probe));
        await store.Report("crm", store.Reported(full[0], Outcome.Changed));
        Assert.True(Assert.Single(await store.Claim()).Probe);
        await store.Arrive(Organisation.Terminated("p4"));
        Assert.Empty(await store.Claim());
    }

    [Fact]
    public async Task A_shut_system_is_not_asked_and_a_question_that_could_not_be_sent_comes_again()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var step = await Settled(store, "p1");
        await Due(store, step);
        await store.Execute("update systems set paused_by = 'ann', paused_why = 'upgrade', paused_at = now()");
        Assert.Empty(await store.Claim());
        await store.Execute("update systems set paused_by = null, paused_why = null, paused_at = null");

        var dispatch = Assert.Single((await store.Claims.Claim(findsBlocked: true, default)).Commands);
        await store.Claims.HandBack(dispatch, TimeSpan.FromSeconds(5), default);

        Assert.Empty(await store.Claim());
        store.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True(Assert.Single(await store.Claim()).Probe);
    }

    [Fact]
    public async Task A_system_that_cannot_say_is_asked_a_few_times_more_and_then_answered_for()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await Due(store, await Settled(store, "p1"));
        for (var tries = 1; tries <= 3; tries++)
        {
            Assert.Equal(["due"], await store.Rows("select status from probes"));
            await Answer(store, Assert.Single(await store.Claim()), Outcome.Transient);
            store.Clock.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.Equal(["answered transient"], await store.Rows("select status, outcome from probes"));
    }

    [Fact]
    public async Task Patience_that_a_system_asks_for_is_no_failure_and_is_given()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await Due(store, await Settled(store, "p1"));
        for (var tries = 1; tries <= 5; tries++)
        {
            var asked = Assert.Single(await store.Claim());
            await store.Report("crm", store.Reported(asked, Outcome.Throttled) with { Probe = true, RetryAt = store.Clock.Now.AddMinutes(1) });
            Assert.Empty(await store.Claim());
            store.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(["due throttled"], await store.Rows("select status, outcome from probes"));
    }

    private static async Task<StepCommand> Settled(Store store, string person)
    {
        var sent = await store.Sent(person);
        await store.ReportEach([.. sent.Select(s => store.Reported(s, Outcome.Changed))]);
        return sent[0];
    }

    private static async Task<Guid> Due(Store store, StepCommand step)
    {
        var id = Guid.CreateVersion7(store.Clock.Now);
        await store.Execute($"insert into probes (probe_id, step_id, system, purpose, status, due_at) values ('{id}', '{step.StepId}', 'crm', 'drift', 'due', '{store.Clock.Now:O}')");
        return id;
    }

    private static async Task<FactAnswer> Answer(Store store, StepCommand asked, Outcome outcome) => await store.Report("crm", store.Reported(asked, outcome) with { Probe = true });

    private static async Task<string> Step(Store store, StepCommand step) => Assert.Single(await store.Rows($"select s::text from steps s where step_id = '{step.StepId}'"));
}
