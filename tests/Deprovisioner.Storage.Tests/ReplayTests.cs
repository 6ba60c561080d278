using System.Text.Json;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Replaying;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests;

[Collection(nameof(StorageServer))]
public sealed class ReplayTests(StorageServer server)
{
    private const string Code = "ldap-50";

    [Fact]
    public async Task It_replays_one_then_ten_then_the_rest_and_each_replay_is_in_its_sagas_audit()
    {
        await using var store = await Failed(40);
        var job = await Open(store, new ReplayFilter { System = "crm", Code = Code }, ReplayStart.AtOnce);
        var waves = new List<int>();
        for (var looks = 0; await Status(store, job) == "running"; looks++)
        {
            Assert.True(looks < 100, await Show(store, job));
            await Look(store, job);
            var sent = await store.Claim();
            waves.AddRange(sent.Count > 0 ? [sent.Count] : []);
            await store.ReportEach([.. sent.Select(s => store.Reported(s, Outcome.Changed))]);
        }

        Assert.Equal([1, 10, 29], waves);
        Assert.Equal(["completed 0 0 40 0"], await store.Rows("select status, untouched, sent, succeeded, failed from replay_jobs"));
        Assert.Equal(["succeeded 40"], await store.Rows("select state, count(*) from replay_items group by 1"));
        Assert.Equal(["succeeded 40"], await store.Rows("select status, count(*) from steps group by 1"));
        Assert.Equal(["replay-created", "replay-started", "replay-completed"], await store.Rows("select type from audit where type like 'replay%' order by seq"));
        Assert.Equal(40, await store.Count($"audit where type = 'step-replayed' and convert_from(payload, 'UTF8') like '%\"who\":\"ann\",\"why\":\"because\",\"replay\":{job}%'"));
        Assert.Equal([], await store.Faults());
        Assert.Empty(await store.Get<ReplayJobs>().Active(default));
    }

    [Fact]
    public async Task The_same_error_stops_it_after_one_and_a_resumed_one_begins_with_what_failed()
    {
        await using var store = await Failed(40);
        var job = await Open(store, new ReplayFilter { Code = Code }, ReplayStart.AtOnce);
        await Look(store, job);
        await store.ReportEach(store.Reported(Assert.Single(await store.Claim()), Outcome.Rejected, Code));
        await Look(store, job);
        await Look(store, job);

        Assert.Equal([$"stopped 39 1 crm {Code} True"], await store.Rows("select status, untouched, failed, stopped_system, stopped_code, stopped_same from replay_jobs"));
        Assert.Equal(39, await store.Count("replay_items where state = 'listed' and sent_at is null"));
        Assert.Empty(await store.Claim());
        Assert.Equal(("done", "The replay is running."), await Ask(store, "replay-resume", job));
        await ToTheEnd(store, job);

        Assert.Equal(["completed 40"], await store.Rows("select status, succeeded from replay_jobs"));
        Assert.Equal(["replay-created", "replay-started", "replay-stopped", "replay-resumed", "replay-completed"], await store.Rows("select type from audit where type like 'replay%' order by seq"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task A_preview_asks_the_systems_keeps_their_answers_and_leaves_no_question_behind()
    {
        await using var store = await Failed(12);
        var job = await Open(store, new ReplayFilter { System = "crm" }, ReplayStart.IfFew);
        await Look(store, job);
        var asked = await store.Claim();
        Assert.Equal((12, 12), (asked.Count, asked.Count(a => a.Probe && a.Observe)));
        await store.Report("crm", [.. asked.Take(11).Select(a => store.Reported(a, Outcome.Observed) with { Probe = true })]);
        await Look(store, job);
        Assert.Equal(["previewing 1"], await store.Rows("select status, unanswered from replay_jobs"));
        Assert.Equal(1, await store.Count("probes"));
        store.Clock.Advance(TimeSpan.FromSeconds(60));
        await Look(store, job);

        Assert.Equal("ready", await Status(store, job));
        Assert.Equal(["listed - 1", "previewed would-change 11"], await store.Rows("select state, answer, count(*) from replay_items group by 1, 2 order by 1"));
        Assert.Equal(0, await store.Count("probes"));
        Assert.Equal(["failed 12"], await store.Rows("select status, count(*) from steps group by 1"));
        Assert.Equal("done", (await Ask(store, "replay-start", job)).Verdict);
        await ToTheEnd(store, job);
        Assert.Equal(["completed 12"], await store.Rows("select status, succeeded from replay_jobs"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task Of_many_a_sample_over_systems_and_codes_is_asked()
    {
        await using var store = await Failed(160);
        await store.Execute("update steps set code = 'rare' where step_id in (select step_id from steps order by step_id limit 3)");
        await Open(store, new ReplayFilter { System = "crm" }, ReplayStart.AfterPreview);

        Assert.Equal(["ldap-50 97", "rare 3"], await store.Rows("select before, count(*) from replay_items where asked group by 1 order by 1"));
        Assert.Equal(["100 160"], await store.Rows("select unanswered, untouched from replay_jobs"));
    }

    [Fact]
    public async Task A_system_that_is_shut_cannot_be_asked_and_its_steps_wait_for_it()
    {
        await using var store = await Failed(2);
        await store.Execute("update systems set paused_by = 'bob', paused_why = 'upgrade', paused_at = now()");
        var preview = await Open(store, new ReplayFilter { System = "crm" }, ReplayStart.AfterPreview);
        await Look(store, preview);
        Assert.Equal(["unknown crm cannot be asked now: paused by bob: upgrade"], await store.Rows("select distinct answer, answer_detail from replay_items"));
        Assert.Equal("done", (await Ask(store, "replay-start", preview)).Verdict);
        await Look(store, preview);
        Assert.Equal(["running 2 0"], await store.Rows("select status, untouched, sent from replay_jobs"));

        await store.Execute("update systems set paused_by = null, paused_why = null, paused_at = null");
        await ToTheEnd(store, preview);
        Assert.Equal(["completed 2"], await store.Rows("select status, succeeded from replay_jobs"));
    }

    [Theory]
    [InlineData("system", 3)]
    [InlineData("code", 2)]
    [InlineData("action", 3)]
    [InlineData("policy", 3)]
    [InlineData("kind", 3)]
    [InlineData("person", 1)]
    [InlineData("since", 1)]
    [InlineData("before", 2)]
    [InlineData("step", 1)]
    [InlineData("saga", 1)]
    [InlineData("all of it", 1)]
    public async Task Only_failed_steps_of_which_all_that_is_said_is_true_are_selected(string by, int expected)
    {
        await using var store = await Failed(3);
        await store.Execute("update steps set code = null, outcome = 'ambiguous' where step_id = (select step_id from steps join sagas using (saga_id) where person_id = 'p0')");
        await store.Execute($"update steps set settled_at = '{store.Clock.Now.AddHours(-2):O}' where saga_id not in (select saga_id from sagas where person_id = 'p1')");
        await store.Sent("q1");
        var p1 = (await store.Rows("select step_id, saga_id from steps join sagas using (saga_id) where person_id = 'p1'"))[0].Split(' ').Select(Guid.Parse).ToArray();
        var since = store.Clock.Now.AddHours(-1);

        var answer = await Ask(store, Act(store, "replay-job", details: JsonSerializer.Serialize(new NewReplay(by switch
        {
            "system" => new ReplayFilter { System = "crm" },
            "code" => new ReplayFilter { Code = Code },
            "action" => new ReplayFilter { Action = StepAction.DisableAccount },
            "policy" => new ReplayFilter { Policy = "leaver" },
            "kind" => new ReplayFilter { Kind = "leaver" },
            "person" => new ReplayFilter { Person = "p1" },
            "since" => new ReplayFilter { Since = since },
            "before" => new ReplayFilter { Before = since },
            "step" => new ReplayFilter { Ids = [p1[0]] },
            "saga" => new ReplayFilter { Ids = [p1[1]] },
            _ => new ReplayFilter { Ids = p1, System = "crm", Code = Code, Action = StepAction.DisableAccount, Policy = "leaver", Kind = "leaver", Person = "p1", Since = since },
        }, ReplayStart.AtOnce), JsonSerializerOptions.Web)));

        Assert.Equal("done", answer.Verdict);
        Assert.Equal(expected, await store.Count("replay_items"));
        Assert.Equal([$"{expected} {expected}"], await store.Rows("select untouched, (select count(distinct ordinal) from replay_items) from replay_jobs"));
    }

    [Fact]
    public async Task What_selects_nothing_is_refused_and_leaves_nothing()
    {
        await using var store = await Failed(1);
        var answer = await Ask(store, Act(store, "replay-job", details: Details(new ReplayFilter { System = "'; drop table steps; --" })));

        Assert.Equal(("refused", "No failed step matches."), answer);
        Assert.Equal(0, await store.Count("replay_jobs"));
        Assert.Equal(0, await store.Count("audit where type like 'replay%'"));
        Assert.Equal("No such replay.", (await Ask(store, "replay-cancel", 4711)).Reason);
    }

    [Fact]
    public async Task Cancelled_it_sends_nothing_more_and_counts_what_was_under_way()
    {
        await using var store = await Failed(40);
        var job = await Open(store, new ReplayFilter { System = "crm" }, ReplayStart.AtOnce);
        await Look(store, job);
        var sent = Assert.Single(await store.Claim());
        Assert.Equal("done", (await Ask(store, "replay-cancel", job)).Verdict);
        await store.ReportEach(store.Reported(sent, Outcome.Changed));
        await Look(store, job);

        Assert.Equal(["cancelled 0 1 39"], await store.Rows("select status, sent, succeeded, cancelled from replay_jobs"));
        Assert.Equal(["cancelled 39", "succeeded 1"], await store.Rows("select state, count(*) from replay_items group by 1 order by 1"));
        Assert.Empty(await store.Claim());
        Assert.Empty(await store.Get<ReplayJobs>().Active(default));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task Two_replicas_send_each_step_once_and_never_lock_each_other_out()
    {
        await using var store = await Failed(80);
        await using var replica = store.Replica();
        var job = await Open(store, new ReplayFilter { System = "crm" }, ReplayStart.AtOnce);
        for (var looks = 0; await Status(store, job) == "running"; looks++)
        {
            Assert.True(looks < 100, await Show(store, job));
            await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? store : replica).Commit(new Fact.ReplayLookedAt(new ReplayJobId(job)))));
            var sent = await store.Claim();
            await Task.WhenAll(sent.Select((s, i) => (i % 2 == 0 ? store : replica).Report("crm", store.Reported(s, Outcome.Changed))));
        }

        Assert.Equal(["completed 80"], await store.Rows("select status, succeeded from replay_jobs"));
        Assert.Equal(["2 80"], await store.Rows("select sends, count(*) from steps group by 1"));
        Assert.Equal(80, await store.Count("audit where type = 'step-replayed'"));
        Assert.Equal([], store.Warnings.Concat(replica.Warnings));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task The_guard_is_asked_again_and_what_it_holds_is_held()
    {
        var organisation = Organisation.Of("crm") with { Guard = new Core.Guarding.GuardSettings { MaxLeavers = 0 } };
        await using var store = await Store.New(server, organisation);
        var saga = (await store.Arrive(Organisation.Terminated("p1"))).SagaId!.Value;
        Assert.Equal("done", (await Ask(store, Act(store, "release", saga: saga.Value))).Verdict);
        await store.ReportEach(store.Reported(Assert.Single(await store.Claim()), Outcome.Rejected, Code));
        var job = await Open(store, new ReplayFilter { System = "crm" }, ReplayStart.AtOnce);
        await Look(store, job);
        await store.Execute("update guard_transitions set released = false");

        Assert.Empty(await store.Claim());
        await Look(store, job);

        Assert.Equal(["held It waits for a person: see 'holds list'. It goes on with its saga."], await store.Rows("select state, reason from replay_items"));
        Assert.Equal("completed", await Status(store, job));
    }

    [Theory]
    [InlineData("ann", "refused")]
    [InlineData("eve", "refused")]
    [InlineData("bob", "done")]
    public async Task Whoever_asked_for_or_started_a_replay_cannot_approve_what_its_sagas_do(string approves, string verdict)
    {
        var retire = new PolicyStage { Name = "retire", Steps = Organisation.Stage("retire", StepAction.DeleteAccount).Steps, ApprovalRequired = true };
        await using var store = await Store.New(server, Organisation.Of([Organisation.System("crm")], Organisation.Stage("contain", StepAction.DisableAccount), retire));
        await store.ReportEach(store.Reported(Assert.Single(await store.Sent("p1")), Outcome.Rejected, Code));
        var job = await Open(store, new ReplayFilter { System = "crm" }, ReplayStart.AfterPreview);
        Assert.Equal("done", (await Ask(store, Act(store, "replay-start", target: job, who: "eve"))).Verdict);
        await ToTheEnd(store, job);
        var saga = Guid.Parse((await store.Rows("select saga_id from sagas"))[0]);
        var hash = StageApproval.HashOf((await store.Rows("select plan_hash from sagas"))[0], "retire", [new SystemName("crm")], []);

        var answer = await Ask(store, Act(store, "approve", saga: saga, details: JsonSerializer.Serialize(new { stage = "retire", hash }), who: approves));

        Assert.Equal(verdict, answer.Verdict);
        Assert.Equal(verdict == "refused", answer.Reason.Contains("cannot approve it", StringComparison.Ordinal));
    }

    /// <summary>So many leavers whose step on crm failed.</summary>
    private async Task<Store> Failed(int leavers)
    {
        var store = await Store.New(server, Organisation.Of("crm"));
        await store.Apply([.. Enumerable.Range(0, leavers).Select(i => store.Arrived(Organisation.Terminated($"p{i}")))]);
        var sent = await store.Claim();
        Assert.Equal(leavers, sent.Count);
        await store.Report("crm", [.. sent.Select(s => store.Reported(s, Outcome.Rejected, Code))]);
        return store;
    }

    private static async Task<long> Open(Store store, ReplayFilter filter, ReplayStart start)
    {
        await using var context = await store.Context();
        var act = await OperatorActs.Request(context, Act(store, "replay-job", details: Details(filter, start)), default);
        var answer = await store.Commit(new Fact.ActRequested(act));
        Assert.True(answer.Verdict == "done", answer.Reason);
        return act;
    }

    private static string Details(ReplayFilter filter, ReplayStart start = ReplayStart.AtOnce) => JsonSerializer.Serialize(new NewReplay(filter, start), JsonSerializerOptions.Web);

    private static async Task Look(Store store, long job) => await store.Commit(new Fact.ReplayLookedAt(new ReplayJobId(job)));

    private static async Task ToTheEnd(Store store, long job)
    {
        for (var looks = 0; await Status(store, job) == "running"; looks++)
        {
            Assert.True(looks < 100, await Show(store, job));
            await Look(store, job);
            await store.ReportEach([.. (await store.Claim()).Select(s => store.Reported(s, Outcome.Changed))]);
        }
    }

    private static async Task<string> Status(Store store, long job) => Assert.Single(await store.Rows($"select status from replay_jobs where job_id = {job}"));

    private static async Task<string> Show(Store store, long job) => Assert.Single(await store.Rows($"select j::text from replay_jobs j where job_id = {job}"));

    private static Task<(string Verdict, string Reason)> Ask(Store store, string kind, long job) => Ask(store, Act(store, kind, target: job));

    private static async Task<(string Verdict, string Reason)> Ask(Store store, OperatorActEntity act)
    {
        await using var context = await store.Context();
        var answer = await store.Commit(new Fact.ActRequested(await OperatorActs.Request(context, act, default)));
        return (answer.Verdict, answer.Reason);
    }

    private static OperatorActEntity Act(Store store, string kind, Guid? saga = null, long? target = null, string? details = null, string who = "ann")
        => new() { Kind = kind, SagaId = saga, Target = target, Details = details, Who = who, Why = "because", RequestedAt = store.Clock.Now };
}
