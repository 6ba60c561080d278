using System.Text.Json;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Replaying;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Reading;

/// <summary>What goes in and comes out: whoever stands on another machine gets the same.</summary>
[Collection(nameof(StorageServer))]
public sealed class PlainRecordTests(StorageServer server)
{
    private static readonly Asker Ann = new("ann", "because");

    [Fact]
    public async Task Everything_is_the_same_behind_JSON()
    {
        await using var store = await Store.New(server);
        await store.Arrive(Organisation.Terminated("p1"));
        await store.ReportEach([.. (await store.Claim()).Select((step, i) => store.Reported(step, i == 0 ? Outcome.Changed : Outcome.Rejected, i == 0 ? null : "http-409", "it was locked"))]);
        await store.Commit(new Fact.InvalidArrived(new("syntax", "It is no JSON.", null, null), "{"u8.ToArray(), store.Clock.Now));
        var asked = await store.Operations.Ask([ActRequest.Replay(Ann, new ReplayFilter { Code = "http-409", Action = StepAction.DisableAccount }, ReplayStart.AfterPreview), ActRequest.AnnounceLayoff(Ann, 3, store.Clock.Now, store.Clock.Now.AddDays(1))], default);
        foreach (var act in asked)
        {
            Assert.Equal("done", (await store.Commit(new Fact.ActRequested(act.ActId))).Verdict);
        }

        var (all, page) = (store.Operations, new PageRequest(1));
        var saga = (await all.Sagas(new(), page, default)).Items[0].SagaId;
        Same(ActRequest.Replay(Ann, new ReplayFilter { Code = "http-409", Action = StepAction.DisableAccount }, ReplayStart.AfterPreview));
        Same(asked);
        Same(await all.Sagas(new(), page, default));
        Same(await all.Saga(saga, default));
        Same(await all.Holds(null, default));
        Same(await all.Systems(default));
        Same(await all.Person("p1", default));
        Same(await all.People("p", page, default));
        Same(await all.Tasks(null, overdue: false, default));
        Same(await all.Events(null, page, default));
        Same(await all.Event(1, default));
        Same(await all.Quarantined(page, default));
        Same(await all.QuarantinedMessage(1, default));
        Same(await all.Acts([.. asked.Select(act => act.ActId)], default));
        Same(await all.Guard(default));
        Same(await all.Layoffs(page, default));
        Same(await all.Replays(page, default));
        Same(await all.Replay(asked[0].ActId, default));
        Same(await all.ReplaySteps(asked[0].ActId, null, page, default));
        Same(await all.AuditRows(new AuditFilter(saga), page, default));
        Same(await all.VerifyAudit(null, default));
        Same(await all.Overview(default));
        Same(await all.Attention(default));
        Same(await all.FailedSteps(new(), page, default));
        Same(await all.LeaverSummary(store.Clock.Now.AddDays(-1), store.Clock.Now, default));
    }

    private static void Same<T>(T value)
    {
        Assert.NotNull(value);
        var text = JsonSerializer.Serialize(value, JsonSerializerOptions.Web);
        Assert.True(text.Length > 2 || typeof(T) == typeof(IReadOnlyList<HeldItem>) || typeof(T) == typeof(IReadOnlyList<TaskLine>), $"{typeof(T)} was empty, so nothing was compared");
        Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize<T>(text, JsonSerializerOptions.Web), JsonSerializerOptions.Web));
    }
}
