using Deprovisioner.Contracts;
using Deprovisioner.Core.Drift;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests;

/// <summary>Accounts of people who left are read again: asked once, found once, and decided by what is so then.</summary>
[Collection(nameof(StorageServer))]
public sealed class DriftTests(StorageServer server)
{
    private const string Sagas = "select kind, status from sagas order by planned_at, kind";

    [Fact]
    public async Task Who_left_is_asked_about_on_schedule_and_what_is_still_cut_leaves_no_audit_row()
    {
        await using var store = await Left("p1");
        Assert.Equal(0, await Watches(store).AskDue(default));

        store.Clock.Advance(TimeSpan.FromHours(5));
        var audit = await store.Count("audit");
        for (var day = 1; day <= 3; day++)
        {
            Assert.Equal(1, await Watches(store).AskDue(default));
            var asked = Assert.Single(await store.Claim());
            Assert.Equal((true, day), (asked.Probe, asked.Attempt));
            await Answer(store, asked, Outcome.Already);
            Assert.Equal(0, await Watches(store).AskDue(default));
            Assert.Empty(await Watches(store).Found(default));
            store.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(audit, await store.Count("audit"));
        Assert.Equal(1, await store.Count("probes"));
    }

    [Fact]
    public async Task What_is_there_again_is_cut_by_a_saga_that_says_why_and_then_read_again_itself()
    {
        await using var store = await Left("p1");
        var asked = await Ask(store);
        await Answer(store, asked, Outcome.Observed);

        var answer = await store.Commit(new Fact.DriftFound(Assert.Single(await Watches(store).Found(default))));

        Assert.Equal(("planned", "Access that was cut is there again on crm."), (answer.Verdict, answer.Reason));
        Assert.Equal(["leaver completed", "drift running"], await store.Rows(Sagas));
        Assert.Equal(["drift-found", "saga-planned"], await store.Rows($"select type from audit where stream = '{answer.SagaId}' order by seq"));
        Assert.Equal(1, await store.Count($"audit where stream = '{answer.SagaId}' and convert_from(payload, 'UTF8') like '%{asked.StepId}%'"));
        Assert.Equal(1, await store.Count("audit where type = 'saga-opened' and convert_from(payload, 'UTF8') like '%" + answer.SagaId + "%'"));
        Assert.Equal(1, await store.Count($"outbox where saga_id = '{answer.SagaId}' and type = 'deprovisioning.started.v1'"));
        Assert.Empty(await Watches(store).Found(default));

        var again = Assert.Single(await store.Claim());
        Assert.Equal((StepAction.DisableAccount, false), (again.Action, again.Probe));
        store.Clock.Advance(TimeSpan.FromMinutes(1));
        await store.Report("crm", store.Reported(again, Outcome.Changed));
        Assert.Equal(["leaver completed", "drift completed"], await store.Rows(Sagas));

        var second = await Ask(store);
        Assert.Equal(answer.SagaId, second.SagaId);
        Assert.Equal(DriftLook.ProbeOf(again.StepId).Value, second.StepId.Value);
        Assert.Empty(await store.Faults());
    }

    [Fact]
    public async Task Two_replicas_ask_once_and_open_one_saga()
    {
        await using var store = await Left("p1");
        await using var replica = store.Replica();
        store.Clock.Advance(TimeSpan.FromHours(5));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Watches(i % 2 == 0 ? store : replica).AskDue(default)));
        await Answer(store, Assert.Single((await store.Claim()).Concat(await replica.Claim())), Outcome.Observed);

        var person = new PersonId("p1");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? store : replica).Commit(new Fact.DriftFound(person))));
        await store.Apply(new Fact.DriftFound(person), new Fact.DriftFound(person));

        Assert.Equal(1, await store.Count("sagas where kind = 'drift'"));
        Assert.Equal(1, await store.Count("audit where type = 'drift-found'"));
        Assert.Equal([], store.Warnings.Concat(replica.Warnings));
        Assert.Empty(await store.Faults());
    }

    [Fact]
    public async Task An_orchestrator_that_is_killed_between_the_answer_and_the_saga_leaves_it_to_the_next()
    {
        await using var store = await Left("p1");
        await using (var killed = store.Replica())
        {
            await Answer(killed, await Ask(killed), Outcome.Observed);
        }

        Assert.Equal("planned", (await store.Commit(new Fact.DriftFound(Assert.Single(await Watches(store).Found(default))))).Verdict);
    }

    [Fact]
    public async Task An_orchestrator_that_is_killed_between_the_question_and_the_next_time_asks_nothing_twice()
    {
        await using var store = await Left("p1");
        var asked = await Ask(store);
        await Answer(store, asked, Outcome.Already);
        // As it was before the last of the three statements.
        await store.Execute("update drift_watches set next_at = (select answered_at from probes), asked_at = null");

        Assert.Equal(1, await Watches(store).AskDue(default));
        Assert.Empty(await store.Claim());
    }

    [Fact]
    public async Task Whoever_is_back_between_the_answer_and_the_decision_is_not_touched_and_not_found_again()
    {
        await using var store = await Left("p1");
        await Answer(store, await Ask(store), Outcome.Observed);
        await store.Arrive(Organisation.Hired("p1") with { Time = store.Clock.Now });

        Assert.Equal("no-op", (await store.Commit(new Fact.DriftFound(new PersonId("p1")))).Verdict);
        Assert.Equal(["leaver completed"], await store.Rows(Sagas));
        Assert.Empty(await Watches(store).Found(default));
        Assert.Equal(0, await store.Count("audit where type = 'drift-found'"));
    }

    [Fact]
    public async Task Whoever_is_back_stops_what_a_drift_saga_has_not_done_yet()
    {
        await using var store = await Left("p1");
        await Answer(store, await Ask(store), Outcome.Observed);
        await store.Commit(new Fact.DriftFound(new PersonId("p1")));
        await store.Arrive(Organisation.Hired("p1") with { Time = store.Clock.Now });

        Assert.Equal(["leaver completed", "drift cancelled"], await store.Rows(Sagas));
        Assert.Equal(2, await store.Count("sagas where returned_at is not null"));
        Assert.Empty(await store.Claim());
        store.Clock.Advance(TimeSpan.FromDays(2));
        await Watches(store).AskDue(default);
        Assert.Equal(["- The person is back."], await store.Rows("select next_at, why from drift_watches"));
        Assert.Empty(await store.Faults());
    }

    [Fact]
    public async Task A_return_answers_for_a_drift_saga_that_is_over_too()
    {
        await using var store = await Left("p1");
        await Answer(store, await Ask(store), Outcome.Observed);
        await store.Commit(new Fact.DriftFound(new PersonId("p1")));
        await store.Report("crm", store.Reported(Assert.Single(await store.Claim()), Outcome.Changed));
        await store.Arrive(Organisation.Hired("p1") with { Time = store.Clock.Now });

        Assert.Equal(["leaver completed True", "drift completed True"], await store.Rows("select kind, status, returned_at is not null from sagas order by planned_at"));
    }

    [Fact]
    public async Task A_newer_leaver_saga_takes_over()
    {
        await using var store = await Left("p1");
        var asked = await Ask(store);
        await Answer(store, asked, Outcome.Observed);
        await store.Arrive(Organisation.Terminated("p1", "again") with { Time = store.Clock.Now });

        Assert.Equal("no-op", (await store.Commit(new Fact.DriftFound(new PersonId("p1")))).Verdict);
        store.Clock.Advance(TimeSpan.FromSeconds(1));
        await store.Report("crm", store.Reported(Assert.Single(await store.Claim()), Outcome.Changed));
        Assert.NotEqual(asked.SagaId, (await Ask(store)).SagaId);
        Assert.Equal(["leaver completed", "leaver completed"], await store.Rows(Sagas));
    }

    [Fact]
    public async Task More_than_the_guard_lets_through_are_held_also_where_they_are_found_at_once()
    {
        await using var store = await Store.New(server, Organisation.Of("crm") with { Guard = new GuardSettings { MaxLeavers = 1, Window = TimeSpan.FromHours(1) } });
        foreach (var person in new[] { "p1", "p2", "p3" })
        {
            await Leave(store, person);
            store.Clock.Advance(TimeSpan.FromHours(2));
        }

        store.Clock.Advance(TimeSpan.FromHours(3));
        await Watches(store).AskDue(default);
        await Answer(store, await store.Claim(), Outcome.Observed);
        var found = await Watches(store).Found(default);

        await store.Apply(new Fact.DriftFound(found[0]), new Fact.DriftFound(found[1]));
        await store.Commit(new Fact.DriftFound(found[2]));

        Assert.Equal(["held 2", "running 1"], await store.Rows("select status, count(*) from sagas where kind = 'drift' group by 1 order by 1"));
        Assert.Equal(3, await store.Count("guard_transitions"));
        Assert.Single(await store.Claim());
    }

    [Fact]
    public async Task A_system_that_cannot_answer_is_asked_the_next_time_and_nothing_follows_from_it()
    {
        await using var store = await Left("p1");
        await Answer(store, await Ask(store), Outcome.Ambiguous);

        Assert.Empty(await Watches(store).Found(default));
        Assert.Equal(["answered ambiguous"], await store.Rows("select status, outcome from probes"));
        Assert.Equal("recorded", (await store.Commit(new Fact.DriftFound(new PersonId("p1")))).Verdict);
        store.Clock.Advance(TimeSpan.FromDays(1));
        await Watches(store).AskDue(default);
        Assert.Single(await store.Claim());
    }

    [Fact]
    public async Task With_drift_off_nobody_is_asked_about_and_who_left_meanwhile_is_not_forgotten()
    {
        await using var store = await Store.New(server, Organisation.Of("crm") with { Drift = null });
        await Leave(store, "p1");
        store.Clock.Advance(TimeSpan.FromHours(5));

        Assert.Equal(0, await Watches(store).AskDue(default));
        Assert.Equal(1, await store.Count("drift_watches where next_at is not null"));
    }

    [Fact]
    public async Task A_million_who_left_are_not_looked_through_for_those_who_are_due()
    {
        await using var store = await Left("p1");
        await store.Execute(
            """
            insert into persons (person_id, audit_key, updated_at) select 'x' || i, sha256('x'), now() from generate_series(1, 20000) i;
            insert into drift_watches (person_id, next_at) select 'x' || i, '2030-01-01' from generate_series(1, 20000) i;
            analyze drift_watches
            """);
        var plan = string.Join('\n', await store.Rows("explain select person_id, next_at, asked_at from drift_watches where next_at <= '2026-03-03' order by next_at limit 500"));
        Assert.Contains("drift_watches_due", plan, StringComparison.Ordinal);
    }

    /// <summary>With these gone, and what they had on the CRM cut.</summary>
    private async Task<Store> Left(params string[] persons)
    {
        var store = await Store.New(server, Organisation.Of("crm"));
        foreach (var person in persons)
        {
            await Leave(store, person);
        }

        return store;
    }

    private static async Task Leave(Store store, string person)
        => await store.Report("crm", store.Reported(Assert.Single(await store.Sent(person)), Outcome.Changed));

    /// <summary>Five hours later, the one question that is due.</summary>
    private static async Task<StepCommand> Ask(Store store)
    {
        store.Clock.Advance(TimeSpan.FromHours(5));
        Assert.Equal(1, await Watches(store).AskDue(default));
        return Assert.Single(await store.Claim());
    }

    private static async Task Answer(Store store, StepCommand asked, Outcome outcome) => await Answer(store, [asked], outcome);

    private static async Task Answer(Store store, IReadOnlyList<StepCommand> asked, Outcome outcome)
        => await store.Report("crm", [.. asked.Select(a => store.Reported(a, outcome, message: $"{outcome} of ada") with { Probe = true })]);

    private static DriftWatches Watches(Store store) => store.Get<DriftWatches>();
}
