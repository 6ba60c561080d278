using System.Text.Json;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests;

[Collection(nameof(StorageServer))]
public sealed class GuardTests(StorageServer server)
{
    private const string States = "select status, count(*) from sagas group by 1 order by 1";

    [Fact]
    public async Task Two_writers_at_the_threshold_let_exactly_the_limit_through()
    {
        await using var store = await Store.New(server, Limit(10));
        await using var replica = store.Replica();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? store : replica).Arrive(Organisation.Terminated($"p{i}"))));

        Assert.Equal(["held 30", "running 10"], await store.Rows(States));
        Assert.Equal(10, (await store.Claim()).Count);
        Assert.Equal(40, await store.Count("guard_transitions where live"));
        Assert.Equal([], store.Warnings.Concat(replica.Warnings));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task A_second_writer_waits_for_the_first_ones_answer()
    {
        await using var store = await Store.New(server, Limit(1));
        await using var other = await store.Connection();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var locking = new Npgsql.NpgsqlCommand("select from guard_lock for update", other, transaction))
        {
            await locking.ExecuteNonQueryAsync();
        }

        var arriving = store.Arrive(Organisation.Terminated("p1"));
        await store.SomebodyWaitsForALock();
        await using (var first = new Npgsql.NpgsqlCommand($"insert into guard_transitions (saga_id, person_id, employment_id, at, effective_at) values ('{Guid.NewGuid()}', 'x', 'x', '{store.Clock.Now:O}', '{store.Clock.Now:O}')", other, transaction))
        {
            await first.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();

        Assert.Contains("2nd leaver in 24h; the limit is 1.", (await arriving).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_share_is_of_those_who_were_active_when_the_window_began_however_the_events_are_cut_into_transactions()
    {
        await using var store = await Store.New(server, Organisation.Of("crm") with { Guard = new GuardSettings { MaxShare = 0.1, Always = 1 } });
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => store.Arrive(Organisation.Hired($"p{i}"))));

        await store.Apply([.. Enumerable.Range(0, 3).Select(i => store.Arrived(Organisation.Terminated($"p{i}")))]);
        await store.Apply([.. Enumerable.Range(3, 3).Select(i => store.Arrived(Organisation.Terminated($"p{i}")))]);

        Assert.Equal(["held 2", "running 4"], await store.Rows(States));
    }

    [Fact]
    public async Task A_rescinded_or_rejected_leaver_does_not_count_and_neither_does_a_repeat()
    {
        await using var store = await Store.New(server, Limit(2));
        await store.Arrive(Organisation.Terminated("p1"));
        await store.Arrive(Organisation.Event(HrEventTypes.TerminationRescinded, "p1", "back"));
        await store.Arrive(Organisation.Terminated("p2"));
        await store.Execute("update sagas set status = 'completed', completed_at = now() where person_id = 'p2'; update steps set status = 'succeeded', due_at = null, settled_at = now() where status = 'due'");
        await store.Arrive(Organisation.Terminated("p2", "again"));
        await store.Arrive(Organisation.Terminated("p3"));
        Assert.Equal(["p2", "p3"], await store.Rows("select person_id from guard_transitions where live order by 1"));

        await store.Arrive(Organisation.Terminated("p4"));
        Assert.Equal("done", (await Ask(store, "reject", await Saga(store, "p4"))).Verdict);

        Assert.Equal(["p2", "p3"], await store.Rows("select person_id from guard_transitions where live order by 1"));
        Assert.Equal(0, await store.Count("sagas where status = 'held'"));
    }

    [Fact]
    public async Task A_released_saga_goes_on_and_passes_when_asked_again()
    {
        await using var store = await Store.New(server, Limit(0));
        await store.Arrive(Organisation.Terminated("p1"));
        Assert.Empty(await store.Claim());

        Assert.Equal("done", (await Ask(store, "release", await Saga(store, "p1"))).Verdict);
        Assert.Equal("done", (await Ask(store, "ask", await Saga(store, "p1"))).Verdict);

        Assert.Equal(["running 1"], await store.Rows(States));
        Assert.Single(await store.Claim());
        Assert.Equal(1, await store.Count("guard_transitions where released and live"));
    }

    [Fact]
    public async Task Before_what_cannot_be_undone_the_guard_is_asked_again()
    {
        var configuration = Limit(1, Organisation.Stage("retire", StepAction.DeleteAccount));
        await using var store = await Store.New(server, configuration);
        await store.Arrive(Organisation.Terminated("p1"));
        Assert.Empty(await store.ClaimUnasked());
        await store.Execute($"update guard_transitions set at = '{store.Clock.Now:O}'; insert into guard_transitions (saga_id, seq, person_id, employment_id, at, effective_at) overriding system value values ('{Guid.NewGuid()}', -1, 'x', 'x', '{store.Clock.Now:O}', '{store.Clock.Now:O}')");

        Assert.Empty(await store.Claim());

        Assert.Equal(["held 1"], await store.Rows(States));
        Assert.Contains("2nd leaver", (await store.Rows("select holds->0->>'detail' from sagas"))[0], StringComparison.Ordinal);
        Assert.Equal("done", (await Ask(store, "release", await Saga(store, "p1"))).Verdict);
        Assert.Single(await store.Claim());
    }

    [Fact]
    public async Task After_a_pause_what_piled_up_is_asked_about_again()
    {
        await using var store = await Store.New(server, Limit(5));
        await store.Arrive(Organisation.Terminated("p1"));
        await Ask(store, "pause", null, system: "crm");
        await Ask(store, "resume", null, system: "crm");

        Assert.Empty(await store.ClaimUnasked());
        Assert.Single(await store.Claim());
    }

    [Fact]
    public async Task Where_the_guards_lock_is_gone_nobody_passes()
    {
        await using var store = await Store.New(server, Limit(5));
        await store.Execute("delete from guard_lock");

        await store.Arrive(Organisation.Terminated("p1"));

        Assert.Equal(["held 1"], await store.Rows(States));
        Assert.Empty(await store.Claim());
    }

    [Fact]
    public async Task An_announced_layoff_counts_once_another_person_approved_it()
    {
        await using var store = await Store.New(server, Limit(0));
        var details = JsonSerializer.Serialize(new { size = 2, from = store.Clock.Now.AddDays(-1), until = store.Clock.Now.AddDays(1) });
        Assert.Equal("done", (await Ask(store, "guard-announce", null, details: details)).Verdict);
        await store.Arrive(Organisation.Terminated("p0"));

        var own = await Ask(store, "guard-approve", null, target: 1, who: "Ann");
        Assert.Equal(("refused", "Ann announced it, and so cannot approve it: another person must."), (own.Verdict, own.Reason));
        Assert.Equal("done", (await Ask(store, "guard-approve", null, target: 1, who: "bob")).Verdict);
        Assert.Equal("refused", (await Ask(store, "guard-approve", null, target: 1, who: "cid")).Verdict);
        Assert.Equal("No such announcement.", (await Ask(store, "guard-approve", null, target: 7, who: "bob")).Reason);
        foreach (var person in new[] { "p1", "p2" })
        {
            await store.Arrive(Organisation.Terminated(person));
        }

        Assert.Equal(["p0 held", "p1 running", "p2 held"], await store.Rows("select person_id, status from sagas order by 1"));
        Assert.Equal(["layoff-announced", "layoff-approved"], await store.Rows("select type from audit where type like 'layoff%' order by seq"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task A_held_event_is_dismissed_once_with_who_and_why()
    {
        await using var store = await Store.New(server);
        await store.Arrive(Organisation.Terminated("p1") with { Person = null });
        var id = long.Parse((await store.Rows("select inbox_id from inbox where verdict = 'held'"))[0]);

        Assert.Equal("done", (await Ask(store, "dismiss", null, target: id)).Verdict);
        Assert.Equal("refused", (await Ask(store, "dismiss", null, target: id)).Verdict);
        Assert.Equal("No such held event.", (await Ask(store, "dismiss", null, target: id + 1)).Reason);

        await store.Arrive(Organisation.Terminated("p2"));
        var obeyed = long.Parse((await store.Rows("select inbox_id from inbox where verdict <> 'held'"))[0]);
        Assert.Equal("No such held event.", (await Ask(store, "dismiss", null, target: obeyed)).Reason);

        Assert.Equal(["ann because"], await store.Rows("select dismissed_by, dismissed_why from inbox where dismissed_by is not null"));
        Assert.Equal(1, await store.Count("audit where type = 'event-dismissed'"));
    }

    [Fact]
    public async Task An_approval_is_for_these_accounts_by_another_person_and_lapses_with_them()
    {
        var retire = Organisation.Stage("retire", StepAction.DeleteAccount);
        await using var store = await Store.New(server, Organisation.Of([Organisation.System("crm")], Organisation.Stage("contain", StepAction.DisableAccount), Approved(retire)));
        var sent = Assert.Single(await store.Sent("p1"));
        await store.Report("crm", store.Reported(sent, Outcome.Rejected, "http-409"));
        await Ask(store, "replay", null, step: sent.StepId.Value);
        await store.Report("crm", store.Reported(Assert.Single(await store.Claim()), Outcome.Changed) with { Evidence = [new AccountEvidence("u-1", "u", new Dictionary<string, string>(), null)] });
        Assert.Equal(["held 1"], await store.Rows(States));
        var hash = await Hash(store, "u-1");

        Assert.Contains("cannot approve it", (await Approve(store, hash, "ann")).Reason, StringComparison.Ordinal);
        Assert.Contains("crm u-1", (await Approve(store, await Hash(store, "u-2"), "bob")).Reason, StringComparison.Ordinal);
        Assert.Equal("done", (await Approve(store, hash, "bob")).Verdict);
        await store.Execute("insert into known_accounts values ('p1', 'crm', 'u-9')");
        Assert.Empty(await store.Claim());
        Assert.Equal(["held 1"], await store.Rows(States));

        await store.Execute("delete from known_accounts where account_id = 'u-9'");
        Assert.Equal("done", (await Approve(store, hash, "bob")).Verdict);
        Assert.Single(await store.Claim());
        Assert.Equal([], await store.Faults());
    }

    [Theory]
    [InlineData("release", "done", "refused")]
    [InlineData("resolve", "done", "refused")]
    [InlineData("skip", "done", "refused")]
    [InlineData("choose", "done", "refused")]
    [InlineData("ask", "done", "refused")]
    [InlineData("release", "refused", "done")]
    public async Task Whoever_had_anything_done_in_the_saga_cannot_approve_it(string kind, string became, string verdict)
    {
        var stages = new[] { Organisation.Stage("contain", StepAction.DisableAccount), Approved(Organisation.Stage("retire", StepAction.DeleteAccount)) };
        await using var store = await Store.New(server, Organisation.Of([Organisation.System("crm")], stages));
        var sent = Assert.Single(await store.Sent("p1"));
        await store.Report("crm", store.Reported(sent, Outcome.Changed) with { Evidence = [new AccountEvidence("u-1", "u", new Dictionary<string, string>(), null)] });
        await store.Execute($"""
            insert into operator_acts (kind, {(kind == "resolve" ? "step_id" : "saga_id")}, who, why, requested_at, status, done_at)
            values ('{kind}', '{(kind == "resolve" ? sent.StepId.Value : sent.SagaId.Value)}', 'ann', 'because', now(), '{became}', now())
            """);

        Assert.Equal(verdict, (await Approve(store, await Hash(store, "u-1"), "ann")).Verdict);
    }

    [Fact]
    public async Task Whoever_comes_back_after_all_of_it_ran_does_not_count_and_whoever_begins_anew_elsewhere_does()
    {
        await using var store = await Store.New(server);
        foreach (var person in new[] { "p1", "p2" })
        {
            await store.Arrive(Organisation.Terminated(person));
        }

        await store.Execute("update sagas set status = 'completed', completed_at = now(); update steps set status = 'succeeded', due_at = null, settled_at = now()");
        await store.Arrive(Organisation.Event(HrEventTypes.TerminationRescinded, "p1", "back"));
        await store.Arrive(Organisation.Hired("p2", "anew") with { EmploymentId = new EmploymentId("p2-2") });

        Assert.Equal(["p1 False", "p2 True"], await store.Rows("select person_id, live from guard_transitions order by 1"));
    }

    [Fact]
    public async Task An_end_that_moves_is_counted_where_it_is_now()
    {
        await using var store = await Store.New(server);
        await store.Arrive(Organisation.Terminated("p1") with { EffectiveAt = store.Clock.Now.AddDays(5) });
        await store.Arrive(Organisation.Event(HrEventTypes.Changed, "p1", "later") with { EffectiveAt = store.Clock.Now.AddDays(9) });

        Assert.Equal(1, await store.Count($"guard_transitions where effective_at = '{store.Clock.Now.AddDays(9):O}'"));
    }

    private static Configuration Limit(int most, params PolicyStage[] stages) => Organisation.Of([Organisation.System("crm")], stages) with { Guard = new GuardSettings { MaxLeavers = most } };

    private static PolicyStage Approved(PolicyStage stage) => new() { Name = stage.Name, Steps = stage.Steps, ApprovalRequired = true };

    private static async Task<string> Hash(Store store, string account)
        => Core.Sagas.StageApproval.HashOf((await store.Rows("select plan_hash from sagas"))[0], "retire", [new SystemName("crm")], [new KnownAccount(new SystemName("crm"), account)]);

    private static async Task<Guid> Saga(Store store, string person) => Guid.Parse((await store.Rows($"select saga_id from sagas where person_id = '{person}'"))[0]);

    private static async Task<FactAnswer> Approve(Store store, string hash, string who)
        => await Ask(store, "approve", await Saga(store, "p1"), details: JsonSerializer.Serialize(new { stage = "retire", hash }), who: who);

    private static async Task<FactAnswer> Ask(
        Store store, string kind, Guid? saga, Guid? step = null, string? system = null, long? target = null, string? details = null, string who = "ann")
    {
        await using var context = await store.Context();
        var act = new OperatorActEntity { Kind = kind, SagaId = saga, StepId = step, System = system, Target = target, Details = details, Who = who, Why = "because", RequestedAt = store.Clock.Now };
        return await store.Commit(new Fact.ActRequested(await OperatorActs.Request(context, act, default)));
    }
}
