using Deprovisioner.Contracts;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Checking;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Checking;

/// <summary>A look at a system that a person asks for: asked of a host until it answers, told with the system, and in the audit.</summary>
[Collection(nameof(StorageServer))]
public sealed class CheckTests(StorageServer server)
{
    private static readonly CheckedRight Canary = new("canary", Ok: false, "The credential does not see it.");

    [Fact]
    public async Task What_a_host_found_stands_with_the_system_and_in_the_audit()
    {
        await using var store = await Store.New(server);
        var asked = await Ask(store, "crm");
        Assert.Equal("asked", (await Last(store))!.Status);

        var question = Assert.Single(await store.Get<CheckClaims>().Claim(default));
        await store.Commit(Found(question, Canary));

        var last = (await Last(store))!;
        Assert.Equal((asked, "answered", "ann", "a new credential", true, "2.0"), (last.CheckId, last.Status, last.AskedBy, last.Why, last.Reachable, last.Version));
        Assert.Equal([Canary], last.Findings);
        Assert.Equal(["system-check-asked", "system-checked"], await store.Rows("select type from audit where type like 'system-check%' order by seq"));
        Assert.Equal(1, await store.Count("audit where type = 'system-checked' and convert_from(payload, 'UTF8') like '%\"faults\":[\"canary\"]%'"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task A_question_is_asked_again_when_no_answer_comes_and_given_up_after_five_minutes()
    {
        await using var store = await Store.New(server);
        await Ask(store, "crm");
        var claims = store.Get<CheckClaims>();

        Assert.Single(await claims.Claim(default));
        Assert.Empty(await claims.Claim(default));
        store.Clock.Advance(TimeSpan.FromMinutes(1));
        var again = Assert.Single(await claims.Claim(default));
        await claims.HandBack(again, TimeSpan.FromSeconds(5), default);
        store.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(again, Assert.Single(await claims.Claim(default)));
        store.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(await claims.Claim(default));

        Assert.Equal("unanswered", (await Last(store))!.Status);
        Assert.Equal("refused", (await store.Commit(Found(again))).Verdict);
        Assert.Null((await Last(store))!.Reachable);
    }

    [Fact]
    public async Task The_first_answer_counts_and_only_of_whoever_serves_the_system()
    {
        await using var store = await Store.New(server);
        await Ask(store, "crm");
        var question = Assert.Single(await store.Get<CheckClaims>().Claim(default));

        Assert.Equal("refused", (await store.Commit(Found(question with { System = new SystemName("ldap") }))).Verdict);
        Assert.Equal("recorded", (await store.Commit(Found(question))).Verdict);
        Assert.Equal("refused", (await store.Commit(Found(question, Canary))).Verdict);

        Assert.Empty((await Last(store))!.Findings);
        Assert.Equal(1, await store.Count("audit where type = 'system-checked'"));
    }

    [Fact]
    public async Task What_a_server_says_of_itself_is_stored_whatever_it_is()
    {
        await using var store = await Store.New(server);
        await Ask(store, "crm");
        var question = Assert.Single(await store.Get<CheckClaims>().Claim(default));

        await store.Commit(new Fact.SystemWasChecked(new SystemChecked
        {
            System = question.System,
            CheckId = question.CheckId,
            Reachable = true,
            Version = "'); DROP TABLE steps; \0\ud800" + new string('x', 1_000_000),
            Findings = [.. Enumerable.Repeat(new CheckedRight("a\0b", Ok: true), 1000)],
        }));

        var last = (await Last(store))!;
        Assert.StartsWith("'); DROP TABLE steps; \uFFFD\uFFFD", last.Version, StringComparison.Ordinal);
        Assert.Equal((500, 100), (last.Version!.Length, last.Findings.Count));
    }

    [Fact]
    public async Task A_system_that_there_is_not_is_not_looked_at()
    {
        await using var store = await Store.New(server);

        var act = Assert.Single(await store.Operations.Ask([ActRequest.Check(new Asker("ann", "a typing error"), "cmr")], default));

        var answer = await store.Commit(new Fact.ActRequested(act.ActId));

        Assert.Equal(("refused", "No system is called cmr."), (answer.Verdict, answer.Reason));
        Assert.Equal(0, await store.Count("system_checks"));
    }

    private static async Task<long> Ask(Store store, string system)
    {
        var act = Assert.Single(await store.Operations.Ask([ActRequest.Check(new Asker("ann", "a new credential"), system)], default));
        Assert.Equal("done", (await store.Commit(new Fact.ActRequested(act.ActId))).Verdict);
        return act.ActId;
    }

    private static Fact.SystemWasChecked Found(CheckSystem question, params CheckedRight[] findings)
        => new(new SystemChecked { System = question.System, CheckId = question.CheckId, Reachable = true, Version = "2.0", Findings = findings });

    private static async Task<SystemCheckLine?> Last(Store store) => (await store.Operations.Systems(default)).Single(s => s.System == "crm").LastCheck;
}
