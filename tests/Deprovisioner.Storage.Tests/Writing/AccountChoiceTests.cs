using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Writing;

/// <summary>A step could not tell which account is the person's, and a person says it.</summary>
[Collection(nameof(StorageServer))]
public sealed class AccountChoiceTests(StorageServer server)
{
    [Fact]
    public async Task What_somebody_chose_goes_with_the_next_command()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var failed = await Ambiguous(store, "u-1", "u-2", "u-3");
        var shown = (await store.Operations.Saga(failed.SagaId.Value, default))!.Stages[0].Steps[0];
        Assert.Equal(["u-1 name of u-1", "u-2 name of u-2", "u-3 name of u-3"], shown.Candidates.Select(c => $"{c.Id} {c.Name}"));

        var answer = await Choose(store, failed, "u-2");

        Assert.Equal(("done", "1 of 3 accounts are theirs; what waited for that is tried again."), (answer.Verdict, answer.Reason));
        await store.Commit(new Fact.StepsComeDue([failed.SagaId]));
        var again = Assert.Single(await store.Claim());
        Assert.Equal(("u-2", "u-1 u-3", 2), (string.Join(' ', again.KnownAccountIds), string.Join(' ', again.OthersAccountIds), again.Attempt));
        Assert.Equal(["u-1 ann", "u-3 ann"], await store.Rows("select account_id, said_by from others_accounts order by 1"));
        var audit = (await store.Audit.Lines(failed.SagaId.Value, default)).Single(l => l.Type == "accounts-chosen");
        Assert.Contains("u-3", audit.Evidence, StringComparison.Ordinal);
        Assert.Equal(0, await store.Count("audit where type = 'accounts-chosen' and convert_from(payload, 'UTF8') like '%u-3%'"));
        Assert.Empty((await store.Operations.Saga(failed.SagaId.Value, default))!.Stages[0].Steps[0].Candidates);
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task What_is_not_theirs_is_left_alone_for_this_saga_and_asked_about_again_in_a_later_one()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var failed = await Ambiguous(store, "u-1", "u-2");
        await Choose(store, failed, "u-2");
        await store.Commit(new Fact.StepsComeDue([failed.SagaId]));
        await store.ReportEach([.. (await store.Claim()).Select(step => store.Reported(step, Outcome.Changed))]);
        store.Clock.Advance(TimeSpan.FromDays(1));
        await store.Arrive(Organisation.Hired("p1") with { Time = store.Clock.Now });
        await store.ReportEach([.. (await store.Claim()).Select(step => store.Reported(step, Outcome.Changed))]);
        store.Clock.Advance(TimeSpan.FromDays(1));
        await store.Arrive(Organisation.Terminated("p1", "again") with { Time = store.Clock.Now });

        var later = Assert.Single(await store.Claim());

        Assert.NotEqual(failed.SagaId, later.SagaId);
        Assert.Equal(["u-2"], later.KnownAccountIds);
        Assert.Empty(later.OthersAccountIds);
    }

    [Fact]
    public async Task None_of_them_may_be_theirs()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var failed = await Ambiguous(store, "u-1", "u-2");

        Assert.Equal("done", (await Choose(store, failed)).Verdict);

        await store.Commit(new Fact.StepsComeDue([failed.SagaId]));
        var again = Assert.Single(await store.Claim());
        Assert.Empty(again.KnownAccountIds);
        Assert.Equal(["u-1", "u-2"], again.OthersAccountIds);
    }

    [Fact]
    public async Task Nothing_but_what_was_found_can_be_chosen()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var failed = await Ambiguous(store, "u-1", "u-2");

        var answer = await Choose(store, failed, "u-1", "u-of-the-chief");

        Assert.Equal(("refused", "u-of-the-chief is none of the accounts that were found: u-1, u-2."), (answer.Verdict, answer.Reason));
        Assert.Equal(["failed"], await store.Rows("select status from steps"));
        Assert.Equal(0, await store.Count("known_accounts"));
        Assert.Equal(0, await store.Count("others_accounts"));
    }

    [Fact]
    public async Task Where_a_step_failed_for_another_reason_there_is_nothing_to_choose()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var sent = Assert.Single(await store.Sent("p1"));
        await store.Report("crm", store.Reported(sent, Outcome.Rejected, "http-409") with { Evidence = [Found("u-1")] });

        Assert.Equal("refused", (await Choose(store, sent, "u-1")).Verdict);
    }

    [Fact]
    public async Task A_second_choice_finds_nothing_in_doubt()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var failed = await Ambiguous(store, "u-1", "u-2");

        await Choose(store, failed, "u-1");

        Assert.Equal("refused", (await Choose(store, failed, "u-2")).Verdict);
        Assert.Equal(["u-1"], await store.Rows("select account_id from known_accounts"));
    }

    private static async Task<StepCommand> Ambiguous(Store store, params string[] accounts)
    {
        var sent = Assert.Single(await store.Sent("p1"));
        await store.Report("crm", store.Reported(sent, Outcome.Ambiguous, Step.AmbiguousAccount) with { Evidence = [.. accounts.Select(Found)] });
        return sent;
    }

    private static AccountEvidence Found(string id) => new(id, $"name of {id}", new Dictionary<string, string>(), After: null);

    private static async Task<FactAnswer> Choose(Store store, StepCommand step, params string[] accounts)
    {
        var act = Assert.Single(await store.Operations.Ask([ActRequest.Choose(new Asker("ann", "asked the badge office"), step.StepId.Value, accounts)], default));
        return await store.Commit(new Fact.ActRequested(act.ActId));
    }
}
