using System.Text.Json.Nodes;
using Deprovisioner.Core.Intake;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Writing;

/// <summary>A message in quarantine that a person corrects and sends again.</summary>
[Collection(nameof(StorageServer))]
public sealed class ResubmissionTests(StorageServer server)
{
    private static readonly Asker Ann = new("ann", "a typing error");

    [Fact]
    public async Task It_is_taken_in_as_an_event_that_arrived_and_the_message_is_marked_with_the_request()
    {
        await using var store = await Store.New(server);
        await Quarantine(store);

        var act = await Ask(store, Event("p1"));

        Assert.Equal(("done", "planned: Access ends: at once."), (act.Status, act.Answer));
        Assert.Equal(["p1 leaver running"], await store.Rows("select person_id, kind, status from sagas"));
        Assert.Equal([$"{Event("p1")} planned 1"], await store.Rows("select convert_from(raw, 'UTF8'), verdict, deliveries from inbox"));
        var marked = Assert.Single((await store.Operations.Quarantined(new(), default)).Items);
        Assert.Equal((act.ActId, store.Clock.Now, 1), (marked.ResubmittedAct, marked.ResubmittedAt, marked.Deliveries));
        Assert.Equal(1, await store.Count("audit where type = 'event-resubmitted' and convert_from(payload, 'UTF8') like '%\"quarantine\":1%\"who\":\"ann\",\"why\":\"a typing error\"%'"));
        Assert.Equal([], await store.Faults());
    }

    [Theory]
    [InlineData("{", "It is no valid HR event still (malformed-json): ")]
    [InlineData("", "It is no valid HR event still (")]
    public async Task What_is_still_no_event_is_refused_and_the_message_waits_on(string text, string refusal)
    {
        await using var store = await Store.New(server);
        await Quarantine(store);

        var act = await Ask(store, text);

        Assert.Equal("refused", act.Status);
        Assert.StartsWith(refusal, act.Answer, StringComparison.Ordinal);
        Assert.Equal(0, await store.Count("quarantine where resubmitted_at is not null") + await store.Count("inbox"));
        Assert.Equal("done", (await Ask(store, Event("p1"))).Status);
    }

    [Fact]
    public async Task It_is_done_once_and_what_comes_too_late_makes_nobody_known()
    {
        await using var store = await Store.New(server);
        await Quarantine(store);
        await Ask(store, Event("p1"));

        var again = await Ask(store, Event("p2"));

        Assert.Equal(("refused", "Somebody has corrected it and sent it again already."), (again.Status, again.Answer));
        Assert.Equal(("refused", "No such message in quarantine."), ((await Ask(store, Event("p2"), 7)).Status, (await Ask(store, Event("p2"), 7)).Answer));
        Assert.Equal(["p1"], await store.Rows("select person_id from persons"));
    }

    [Fact]
    public async Task Of_several_requests_at_once_one_is_done_whoever_carries_it_out()
    {
        await using var store = await Store.New(server);
        await using var replica = store.Replica();
        await Quarantine(store);
        var acts = await store.Operations.Ask([.. Enumerable.Range(0, 8).Select(i => ActRequest.Resubmit(Ann, 1, Event($"p{i}")))], default);

        var answers = await Task.WhenAll(acts.Select((act, i) => (i % 2 == 0 ? store : replica).Commit(new Fact.ActRequested(act.ActId))));

        Assert.Single(answers, answer => answer.Verdict == "done");
        Assert.Equal((1, 1), (await store.Count("inbox"), await store.Count("sagas")));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task An_event_that_was_recorded_before_is_a_duplicate_and_another_one_under_its_id_is_refused()
    {
        await using var store = await Store.New(server);
        await Quarantine(store);
        await Ask(store, Event("p1"));
        await store.Commit(new Fact.InvalidArrived(new HrEventParse.Invalid("malformed-json", "It is no JSON.", null, null), "{{"u8.ToArray(), store.Clock.Now));

        var other = await Ask(store, Event("p2", id: "p1"), 2);
        var same = await Ask(store, Event("p1"), 2);

        Assert.Equal("refused", other.Status);
        Assert.Contains("under an id of its own", other.Answer, StringComparison.Ordinal);
        Assert.Equal(("done", "duplicate: This event was recorded before."), (same.Status, same.Answer));
        Assert.Equal(1, await store.Count("inbox"));
        Assert.Equal(2, await store.Count("quarantine"));
    }

    private static async Task Quarantine(Store store)
        => await store.Commit(new Fact.InvalidArrived(new HrEventParse.Invalid("malformed-json", "It is no JSON.", null, null), "{"u8.ToArray(), store.Clock.Now));

    private static async Task<Act> Ask(Store store, string text, long message = 1)
    {
        var act = Assert.Single(await store.Operations.Ask([ActRequest.Resubmit(Ann, message, text)], default));
        await store.Commit(new Fact.ActRequested(act.ActId));
        return Assert.Single(await store.Operations.Acts([act.ActId], default));
    }

    private static string Event(string person, string? id = null)
        => new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = id ?? person,
            ["source"] = "/hris/test",
            ["type"] = "hr.employment.terminated.v1",
            ["time"] = "2026-03-02T08:00:00Z",
            ["subject"] = $"{person}-1",
            ["data"] = new JsonObject { ["personId"] = person, ["employmentId"] = $"{person}-1", ["reason"] = "voluntary", ["person"] = new JsonObject { ["email"] = $"{person}@example.test" } },
        }.ToJsonString();
}
