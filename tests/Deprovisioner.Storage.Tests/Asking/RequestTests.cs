using System.Reflection;
using Deprovisioner.Core.Replaying;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Writing;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Tests.Asking;

/// <summary>What people ask for, as the command line and the console write it, and as an orchestrator understands it.</summary>
[Collection(nameof(StorageServer))]
public sealed class RequestTests(StorageServer server)
{
    private static readonly Asker Ann = new("ann", "because");

    /// <summary>A new key, and what was refused to somebody (<see cref="AccessTests"/>).</summary>
    private const int NeverRefused = 2;

    private static readonly Guid Nothing = new("018f0000-0000-7000-8000-000000000000");

    /// <summary>One of each kind, about what there is not; with the answer.</summary>
    private static readonly (ActRequest Request, string Answer)[] EachKind =
    [
        (ActRequest.Resolve(Ann, Nothing, "ticket 42"), "No such saga."),
        (ActRequest.Verify(Ann, Nothing, "seen"), "No such saga."),
        (ActRequest.Skip(Ann, Nothing), "No such saga."),
        (ActRequest.Choose(Ann, Nothing, ["u-1"]), "No such saga."),
        (ActRequest.Cancel(Ann, Nothing), "No such saga."),
        (ActRequest.Approve(Ann, Nothing, "retire", "ab"), "No such saga."),
        (ActRequest.Release(Ann, Nothing), "No such saga."),
        (ActRequest.Reject(Ann, Nothing), "No such saga."),
        (ActRequest.Dismiss(Ann, 7), "No such held event."),
        (ActRequest.Resubmit(Ann, 7, "{}"), "No such message in quarantine."),
        (ActRequest.AskGuard(Ann, Nothing), "No such saga."),
        (ActRequest.AnnounceLayoff(Ann, 0, default, default), "An announcement needs a size above 0, and an end after its beginning."),
        (ActRequest.ApproveLayoff(Ann, 7), "No such announcement."),
        (ActRequest.Pause(Ann, "erp"), "No system is called erp."),
        (ActRequest.Resume(Ann, "erp"), "No system is called erp."),
        (ActRequest.Check(Ann, "erp"), "No system is called erp."),
        (ActRequest.SetLegalHold(Ann, "p9"), "Nobody is known by the id p9."),
        (ActRequest.LiftLegalHold(Ann, "p9"), "Nobody is known by the id p9."),
        (ActRequest.Replay(Ann, new ReplayFilter { System = "erp" }, ReplayStart.AtOnce), "No failed step matches."),
        (ActRequest.StartReplay(Ann, 7), "No such replay."),
        (ActRequest.ResumeReplay(Ann, 7), "No such replay."),
        (ActRequest.CancelReplay(Ann, 7), "No such replay."),
        (ActRequest.Reconcile(Ann, "erp", shrunkIsRight: true), "The configuration has no system 'erp' whose accounts can be listed."),
        (ActRequest.CancelReconciliation(Ann, Nothing), "No such reconciliation."),
        (ActRequest.RevokeKey(Ann, "aaaaaaaaaaaaaaaa"), "There is no such key."),
    ];

    [Fact]
    public async Task Every_kind_of_request_is_one_that_an_orchestrator_knows()
    {
        Assert.Equal(Constructors().Count - NeverRefused, EachKind.Select(each => each.Request.Kind).Distinct().Count());
        await using var store = await Store.New(server);

        var asked = await store.Operations.Ask([.. EachKind.Select(each => each.Request)], default);
        foreach (var act in asked)
        {
            await store.Commit(new Fact.ActRequested(act.ActId));
        }

        Assert.All(asked, act => Assert.Equal(("requested", null, "ann", "because"), (act.Status, act.Answer, act.Who, act.Why)));
        Assert.Equal(EachKind.Select(each => ("refused", each.Answer)), (await store.Operations.Acts([.. asked.Select(act => act.ActId)], default)).Select(act => (act.Status, act.Answer!)));
    }

    [Fact]
    public async Task What_is_asked_for_together_is_done_in_the_order_in_which_it_was_asked()
    {
        await using var store = await Store.New(server);

        var asked = await store.Operations.Ask([ActRequest.Pause(Ann, "crm"), ActRequest.Resume(Ann, "crm"), ActRequest.Pause(Ann, "ldap")], default);

        Assert.Equal(asked.Select(act => act.ActId), await store.Get<OperatorActs>().Requested(default));
        Assert.Equal(["pause crm", "resume crm", "pause ldap"], asked.Select(act => $"{act.Kind} {act.System}"));
        foreach (var act in asked.Take(2))
        {
            await store.Commit(new Fact.ActRequested(act.ActId));
        }

        var answers = await store.Operations.Acts([.. asked.Select(act => act.ActId), 4711], default);
        Assert.Equal(["crm is paused.", "crm is open.", null], answers.Select(act => act.Answer));
        Assert.Equal([true, true, false], answers.Select(act => act.IsAnswered()));
        Assert.Equal([store.Clock.Now, store.Clock.Now, null], answers.Select(act => act.DoneAt));
    }

    [Fact]
    public async Task Of_requests_that_are_asked_for_together_one_that_cannot_be_written_takes_the_others_with_it()
    {
        await using var store = await Store.New(server);

        await Assert.ThrowsAsync<DbUpdateException>(() => store.Operations.Ask([ActRequest.Pause(Ann, "crm"), ActRequest.Pause(Ann with { Why = "" }, "ldap")], default));

        Assert.Equal(0, await store.Count("operator_acts"));
    }

    [Fact]
    public async Task What_a_request_says_beside_who_and_why_reaches_the_orchestrator()
    {
        await using var store = await Store.New(server);
        var from = store.Clock.Now.AddDays(7);

        var asked = await store.Operations.Ask(
            [ActRequest.AnnounceLayoff(Ann, 12, from, from.AddDays(1)), ActRequest.ApproveLayoff(new Asker("ben", "it was agreed"), 1), ActRequest.SetLegalHold(Ann, "p1")], default);
        await store.Arrive(Organisation.Hired("p1"));
        foreach (var act in asked)
        {
            Assert.Equal("done", (await store.Commit(new Fact.ActRequested(act.ActId))).Verdict);
        }

        var layoff = Assert.Single((await store.Operations.Layoffs(new(), default)).Items);
        Assert.Equal((12, from, from.AddDays(1), "ann", "ben", "it was agreed"), (layoff.Size, layoff.StartsAt, layoff.EndsAt, layoff.AskedBy, layoff.ApprovedBy, layoff.ApprovedWhy));
        Assert.Equal("because", (await store.Operations.Person("p1", default))!.LegalHold!.Why);
    }

    private static List<MethodInfo> Constructors() => [.. typeof(ActRequest).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method.ReturnType == typeof(ActRequest))];
}
