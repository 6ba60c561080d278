using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Reconciling;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Reconciling;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Reconciling;

[Collection(nameof(StorageServer))]
public sealed class ReconciliationTests(StorageServer server)
{
    [Fact]
    public async Task Each_page_is_compared_with_the_registry_and_the_end_is_in_the_audit()
    {
        await using var store = await Store.New(server, Configuration());
        await Register(store);

        var first = await Begun(store);
        Assert.Equal((1, null), (first.Page, first.Cursor));
        await Answer(store, first, "c1", Account("a1", "works@example.test"), Account("a2", "WORKED@example.test"), Account("a3", "nobody@example.test"));
        var second = Assert.Single(await Claim(store));
        Assert.Equal((2, "c1"), (second.Page, second.Cursor));
        await Answer(
            store, second, null, Account("a4", "twice@example.test"), Account("a5", null), Account("KNOWN-1", "other@example.test"), Account("a6", "nobody2@example.test", enabled: false), Canary());

        Assert.Equal(
            [
                "a2 leaver-active worked", "a3 orphan -", "a4 unknown -", "a5 unknown -", "KNOWN-1 leaver-active knownworked",
            ],
            (await store.Rows("select account_id, finding, person_id from reconciled_accounts order by lower(account_id)")));
        Assert.Equal(["complete 2 8 1 1 0 1 2 2"], await store.Rows("select status, pages, accounts, accounted_for, disabled, protected, orphans, leavers_active, unknown from reconciliations"));
        Assert.Empty(await Claim(store, TimeSpan.FromHours(2)));
        Assert.Equal(["reconciliation-begun", "reconciliation-ended"], await store.Rows("select type from audit where type like 'reconciliation%' order by seq"));
        Assert.Equal(0, await store.Count("audit where type like 'reconciliation%' and convert_from(payload, 'UTF8') like '%example.test%'"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task A_leavers_finding_names_the_saga_that_cut_it_and_no_saga_or_step_comes_of_it()
    {
        await using var store = await Store.New(server, Configuration());
        var steps = await store.Sent("gone");
        var onCrm = Guid.Parse((await store.Rows("select step_id from steps where system = 'crm'"))[0]);
        var step = steps.Single(s => s.StepId.Value == onCrm);
        await store.Report("crm", store.Reported(step, Outcome.Changed) with { Evidence = [new AccountEvidence("a1", "gone", new Dictionary<string, string>(), null)] });
        var before = await store.Rows("select t::text from sagas t union all select s::text from steps s");

        await Answer(store, await Begun(store), null, Account("a1", "gone@example.test"), Canary());

        Assert.Equal([$"leaver-active gone {step.SagaId} deprovisioner sagas show {step.SagaId}"], await store.Rows("select finding, person_id, saga_id, next from reconciled_accounts"));
        Assert.Contains("was disabled at", (await store.Rows("select detail from reconciled_accounts"))[0], StringComparison.Ordinal);
        Assert.Equal(before, await store.Rows("select t::text from sagas t union all select s::text from steps s"));
    }

    [Fact]
    public async Task A_redelivered_page_changes_nothing_nor_does_one_of_before()
    {
        await using var store = await Store.New(server, Configuration());
        var first = await Begun(store);
        await Answer(store, first, "c1", Account("a1", "nobody@example.test"));
        var before = await Everything(store);

        await Answer(store, first, "c1", Account("a1", "nobody@example.test"));
        await Answer(store, first, null, Account("a9", "late@example.test"), Canary());
        await store.Apply(Listed(first, "c1", Account("a1", "x")), Listed(first with { Page = 7 }, null, Account("a8", "x")));

        Assert.Equal(before, await Everything(store));
    }

    [Fact]
    public async Task A_page_that_comes_after_the_end_changes_nothing()
    {
        await using var store = await Store.New(server, Configuration());
        var first = await Begun(store);
        Assert.Equal("done", (await Ask(store, "reconcile-cancel", null, $"{{\"run\": \"{first.ReconciliationId}\"}}")).Verdict);
        var before = await Everything(store);

        await Answer(store, first, null, Account("a1", "nobody@example.test"), Canary());

        Assert.Equal(before, await Everything(store));
        Assert.Equal(["cancelled - Cancelled by ann: because"], await store.Rows("select status, reason, detail from reconciliations"));
        Assert.Equal("refused", (await Ask(store, "reconcile-cancel", null, $"{{\"run\": \"{first.ReconciliationId}\"}}")).Verdict);
    }

    [Fact]
    public async Task A_page_of_another_system_than_the_runs_is_refused()
    {
        await using var store = await Store.New(server, Configuration());
        var first = await Begun(store);
        await store.Commit(Listed(first with { System = new SystemName("ldap") }, null, Account("a1", "nobody@example.test"), Canary()));
        Assert.Equal(["running"], await store.Rows("select status from reconciliations"));
    }

    [Fact]
    public async Task A_question_without_an_answer_is_asked_again_after_its_lease_by_whichever_replica()
    {
        await using var store = await Store.New(server, Configuration());
        await using var replica = store.Replica();
        var first = await Begun(store);
        await Answer(store, first, "c1", Account("a1", "nobody@example.test"));
        Assert.Equal(2, Assert.Single(await Claim(store)).Page);
        Assert.Empty(await replica.Get<PageClaims>().Claim(default));

        // The one that asked is gone.
        store.Clock.Advance(TimeSpan.FromMinutes(3));
        var again = Assert.Single(await replica.Get<PageClaims>().Claim(default));

        Assert.Equal((2, "c1"), (again.Page, again.Cursor));
        await replica.Commit(Listed(again, null, Account("a2", "nobody2@example.test"), Canary()));
        Assert.Equal(["complete 2 3 2"], await store.Rows("select status, pages, accounts, orphans from reconciliations"));
    }

    [Fact]
    public async Task Two_replicas_ask_for_a_page_once_and_count_its_answer_once()
    {
        await using var store = await Store.New(server, Configuration());
        await using var replica = store.Replica();
        await Begin(store);
        var asked = (await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? store : replica).Get<PageClaims>().Claim(default)))).SelectMany(q => q).ToList();
        var question = Assert.Single(asked);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? store : replica).Commit(Listed(question, "c1", Account("a1", "nobody@example.test")))));

        Assert.Equal(["2 1 1 1"], await store.Rows("select page, pages, accounts, orphans from reconciliations"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task Of_one_system_one_runs_at_a_time_whoever_asks()
    {
        await using var store = await Store.New(server, Configuration(every: TimeSpan.FromDays(7)));
        await using var replica = store.Replica();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? store : replica).Commit(new Fact.ReconciliationDue(new SystemName("crm")))));

        Assert.Single(answers, a => a.Verdict == "done");
        Assert.Equal(["crm running schedule reconcile every 7d"], await store.Rows("select system, status, asked_by, why from reconciliations"));
        var refused = await Ask(store, "reconcile", "crm");
        Assert.Equal("refused", refused.Verdict);
        Assert.Contains("under way", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schedule_begins_each_system_when_its_turn_has_come_and_none_without_accounts()
    {
        var configuration = Configuration(every: TimeSpan.FromDays(7));
        await using var store = await Store.New(server, configuration);
        var claims = store.Get<PageClaims>();
        Assert.Equal(["crm", "ldap"], (await claims.Due(configuration, default)).Select(s => s.Value).Order());
        Assert.Empty(await claims.Due(configuration with { Reconcile = null }, default));

        var first = await Begun(store);
        Assert.Equal(["ldap"], (await claims.Due(configuration, default)).Select(s => s.Value));
        await Answer(store, first, null, Canary());
        store.Clock.Advance(TimeSpan.FromDays(6));
        Assert.DoesNotContain(new SystemName("crm"), await claims.Due(configuration, default));
        Assert.Equal("recorded", (await store.Commit(new Fact.ReconciliationDue(new SystemName("crm")))).Verdict);
        store.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Contains(new SystemName("crm"), await claims.Due(configuration, default));
        Assert.Equal("refused", (await Ask(store, "reconcile", "badge")).Verdict);
        Assert.Equal("refused", (await Ask(store, "reconcile", "unheard-of")).Verdict);
    }

    [Fact]
    public async Task A_paused_or_shut_system_is_not_asked_and_the_run_waits()
    {
        await using var store = await Store.New(server, Configuration());
        await Begin(store);
        await store.Execute("update systems set paused_by = 'bob', paused_why = 'x', paused_at = now() where system = 'crm'");
        Assert.Empty(await Claim(store));
        await store.Execute($"update systems set paused_by = null, paused_why = null, paused_at = null, gate = 'down', gate_until = '{store.Clock.Now.AddMinutes(1):O}' where system = 'crm'");
        Assert.Empty(await Claim(store));
        Assert.Single(await Claim(store, TimeSpan.FromMinutes(2)));
    }

    [Fact]
    public async Task A_page_costs_one_token_of_the_systems_rate()
    {
        await using var store = await Store.New(server, Configuration());
        await Begin(store);
        await store.Execute($"update systems set tokens = 0.5, per_second = 0.1, tokens_at = '{store.Clock.Now:O}' where system = 'crm'");
        Assert.Empty(await Claim(store));
        Assert.Single(await Claim(store, TimeSpan.FromSeconds(6)));
        Assert.Equal(["0.0"], await store.Rows("select round(tokens::numeric, 1) from systems where system = 'crm'"));
    }

    [Fact]
    public async Task A_run_that_gets_no_answer_for_an_hour_or_loses_its_system_comes_to_no_conclusion()
    {
        await using var store = await Store.New(server, Configuration());
        var claims = store.Get<PageClaims>();
        await Begun(store);
        Assert.Empty(await claims.Stalled(default));
        store.Clock.Advance(TimeSpan.FromMinutes(61));
        var (run, why) = Assert.Single(await claims.Stalled(default));
        await store.Commit(new Fact.ReconciliationStalled(run, why));
        Assert.Equal(["inconclusive no-answer"], await store.Rows("select status, reason from reconciliations"));

        await Begun(store);
        await store.Execute("update systems set configured = false where system = 'crm'");
        Assert.Contains("not in the configuration", Assert.Single(await claims.Stalled(default)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_that_could_not_be_sent_is_asked_again_soon()
    {
        await using var store = await Store.New(server, Configuration());
        var question = await Begun(store);
        await store.Get<PageClaims>().HandBack(question, TimeSpan.FromSeconds(5), default);
        Assert.Empty(await Claim(store));
        Assert.Single(await Claim(store, TimeSpan.FromSeconds(6)));
    }

    [Fact]
    public async Task A_list_that_shrank_is_measured_against_the_last_complete_one_and_findings_stay()
    {
        await using var store = await Store.New(server, Configuration());
        await Answer(store, await Begun(store), null, [.. Enumerable.Range(0, 30).Select(i => Account($"a{i}", $"p{i}@example.test")), Canary()]);

        await Answer(store, await Begun(store), null, Account("a1", "p1@example.test"), Canary());
        Assert.Equal(["inconclusive list-shrank 1"], await store.Rows("select status, reason, (select count(*) from reconciled_accounts f where f.run_id = r.run_id) from reconciliations r order by started_at desc limit 1"));
        await Answer(store, await Begun(store), null, []);
        Assert.Equal(["inconclusive empty-list"], await store.Rows("select status, reason from reconciliations order by started_at desc, run_id desc limit 1"));

        await Ask(store, "reconcile", "crm", "{\"shrunkIsRight\": true}");
        await Answer(store, Assert.Single(await Claim(store)), null, Account("a1", "p1@example.test"), Canary());
        await Answer(store, await Begun(store), null, Account("a1", "p1@example.test"), Canary());
        Assert.Equal(3, await store.Count("reconciliations where status = 'complete'"));
    }

    [Fact]
    public async Task A_list_that_begins_anew_counts_each_finding_once_with_its_last_word()
    {
        await using var store = await Store.New(server, Configuration());
        await Answer(store, await Begun(store), "c1", Account("a1", "soon@example.test"), Account("a2", "nobody@example.test"));
        var expired = Assert.Single(await Claim(store));
        await store.Commit(new Fact.AccountsWereListed(new AccountsListed
        {
            System = expired.System,
            ReconciliationId = expired.ReconciliationId,
            Page = expired.Page,
            Fault = new ListingFault(Outcome.Rejected, ListingFault.CursorExpired, "Begin\0 anew."),
        }));
        await store.Arrive(Organisation.Hired("soon"));

        var anew = Assert.Single(await Claim(store));
        Assert.Equal((3, null), (anew.Page, anew.Cursor));
        await Answer(store, anew, null, Account("a1", "soon@example.test"), Account("a2", "nobody@example.test"), Canary());

        Assert.Equal(["complete 1 3 1 1"], await store.Rows("select status, restarts, accounts, orphans, (select count(*) from reconciled_accounts) from reconciliations"));
    }

    [Fact]
    public async Task What_a_system_names_its_accounts_is_data_and_can_be_stored_whatever_it_is()
    {
        await using var store = await Store.New(server, Configuration());
        await Answer(
            store, await Begun(store), null,
            Account("a\0b", "'; drop table persons; --"), Account(new string('x', 5000), "long"), new AccountListing("a3", "name\0\ud800", true, "%"), Account("a1", "x"), Account("a1", "x"), Canary());

        Assert.Equal(["complete 5 4"], await store.Rows("select status, accounts, orphans from reconciliations"));
        Assert.Equal(0, await store.Count("persons"));
    }

    private static Configuration Configuration(TimeSpan? every = null)
        => Organisation.Of([System("crm"), System("ldap"), Organisation.System("badge")]) with { Reconcile = every is { } span ? new ReconcileSettings(span) : null };

    private static SystemSettings System(string name) => Organisation.System(name) with { Match = new AccountMatch(null, "person.email"), Canary = "canary@example.test" };

    /// <summary>Who works, who left, two with one address, and somebody who left and is known by an account's id only.</summary>
    private static async Task Register(Store store)
    {
        await store.Arrive(Organisation.Hired("works"));
        await store.Arrive(Organisation.Hired("worked"));
        await store.Arrive(Organisation.Terminated("worked"));
        foreach (var twin in new[] { "twin1", "twin2" })
        {
            await store.Arrive(Organisation.Hired(twin) with { Person = new PersonAttributes("twice@example.test", twin, "A", "B") });
        }

        await store.Arrive(Organisation.Hired("knownworked"));
        await store.Arrive(Organisation.Terminated("knownworked"));
        await store.Execute("insert into known_accounts values ('knownworked', 'crm', 'known-1')");
    }

    private static async Task Begin(Store store) => Assert.Equal("done", (await Ask(store, "reconcile", "crm")).Verdict);

    private static async Task<ListAccounts> Begun(Store store)
    {
        store.Clock.Advance(TimeSpan.FromSeconds(1));
        await Begin(store);
        return Assert.Single(await Claim(store));
    }

    private static Task<IReadOnlyList<ListAccounts>> Claim(Store store, TimeSpan after = default)
    {
        store.Clock.Advance(after);
        return store.Get<PageClaims>().Claim(default);
    }

    private static async Task Answer(Store store, ListAccounts question, string? next, params AccountListing[] accounts) => await store.Commit(Listed(question, next, accounts));

    private static Fact.AccountsWereListed Listed(ListAccounts question, string? next, params AccountListing[] accounts)
        => new(new AccountsListed { System = question.System, ReconciliationId = question.ReconciliationId, Page = question.Page, Accounts = accounts, NextCursor = next });

    private static AccountListing Account(string id, string? value, bool enabled = true) => new(id, $"name of {id}", enabled, value);

    private static AccountListing Canary() => Account("canary", "canary@example.test");

    private static async Task<string> Everything(Store store)
        => await store.Everything() + string.Join('\n', [.. await store.Rows("select t::text from reconciliations t order by 1"), .. await store.Rows("select t::text from reconciled_accounts t order by 1")]);

    private static async Task<FactAnswer> Ask(Store store, string kind, string? system, string? details = null)
    {
        await using var context = await store.Context();
        var act = new OperatorActEntity { Kind = kind, System = system, Details = details, Who = "ann", Why = "because", RequestedAt = store.Clock.Now };
        return await store.Commit(new Fact.ActRequested(await OperatorActs.Request(context, act, default)));
    }
}
