using Deprovisioner.Contracts;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Reading;

/// <summary>Lists of sagas, as people read them.</summary>
[Collection(nameof(StorageServer))]
public sealed class SagaListTests(StorageServer server)
{
    [Fact]
    public async Task A_list_is_read_in_parts_in_which_each_saga_comes_once_the_newest_first()
    {
        await using var store = await Store.New(server);
        await Leave(store, "p1", "p2", "p3");
        store.Clock.Advance(TimeSpan.FromMinutes(1));
        await Leave(store, "p4", "p5");

        var parts = new List<IReadOnlyList<SagaLine>>();
        for (string? place = null; ;)
        {
            var part = await store.Operations.Sagas(new SagaFilter(), new PageRequest(2, place), default);
            parts.Add(part.Items);
            if (part.Next is null)
            {
                break;
            }

            place = part.Next;
        }

        Assert.Equal([2, 2, 1], parts.ConvertAll(part => part.Count));
        Assert.Equal(await store.Rows("select saga_id from sagas order by planned_at desc, saga_id"), parts.SelectMany(part => part).Select(saga => saga.SagaId.ToString()));
    }

    [Fact]
    public async Task Whoever_leaves_meanwhile_moves_nobody_to_another_part()
    {
        await using var store = await Store.New(server);
        await Leave(store, "p1", "p2", "p3");
        var first = await store.Operations.Sagas(new SagaFilter(), new PageRequest(2), default);

        store.Clock.Advance(TimeSpan.FromMinutes(1));
        await Leave(store, "p4");

        var second = await store.Operations.Sagas(new SagaFilter(), new PageRequest(2, first.Next), default);
        Assert.Equal(3, first.Items.Concat(second.Items).Select(saga => saga.SagaId).Distinct().Count());
        Assert.Null(second.Next);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64 at all!")]
    [InlineData("AAAA")]
    [InlineData("_______________________________")]
    public async Task A_place_that_no_list_gave_is_refused(string place)
    {
        await using var store = await Store.New(server);

        await Assert.ThrowsAsync<UnknownPlaceException>(() => store.Operations.Sagas(new SagaFilter(), new PageRequest(2, place), default));
        await Assert.ThrowsAsync<UnknownPlaceException>(() => store.Operations.Events(null, new PageRequest(2, place), default));
    }

    [Fact]
    public async Task Filters_leave_what_was_asked_for()
    {
        await using var store = await Store.New(server);
        await Leave(store, "p1");
        store.Clock.Advance(TimeSpan.FromDays(1));
        await store.Arrive(Organisation.Terminated("p2", urgent: true));

        Assert.Equal(["p2", "p1"], await People(store, new SagaFilter()));
        Assert.Equal(["p1"], await People(store, new SagaFilter(Person: "p1")));
        Assert.Equal(["p2"], await People(store, new SagaFilter(Urgent: true)));
        Assert.Equal(["p2", "p1"], await People(store, new SagaFilter(Status: "running", Kind: "leaver", Policy: "leaver", System: "crm")));
        Assert.Empty(await People(store, new SagaFilter(System: "badge")));
        Assert.Empty(await People(store, new SagaFilter(Policy: "other")));
        Assert.Empty(await People(store, new SagaFilter(Status: "held")));
        Assert.Equal(["p2"], await People(store, new SagaFilter(PlannedFrom: store.Clock.Now)));
        Assert.Equal(["p1"], await People(store, new SagaFilter(PlannedBefore: store.Clock.Now)));
    }

    [Fact]
    public async Task Who_is_late_is_listed_with_the_stage_and_by_how_much_until_it_is_over()
    {
        await using var store = await Store.New(
            server, Organisation.Of([Organisation.System("crm")], Organisation.Stage("contain", StepAction.DisableAccount) with { Within = TimeSpan.FromMinutes(5) }));
        var step = Assert.Single(await store.Sent("p1"));
        Assert.Empty(await People(store, new SagaFilter(Late: true)));
        Assert.Equal(["p1"], await People(store, new SagaFilter(DeadlineBefore: store.Clock.Now.AddMinutes(6))));

        store.Clock.Advance(TimeSpan.FromMinutes(7));
        await store.Commit(new Fact.DeadlinesPassed(await store.Get<Deadlines>().Passed(default)));

        var late = Assert.Single((await store.Operations.Sagas(new SagaFilter(Late: true), new PageRequest(), default)).Items);
        Assert.Equal(("contain", TimeSpan.FromMinutes(2)), (late.Late[0].Stage, late.Late[0].LateBy));

        await store.Report("crm", store.Reported(step, Outcome.Changed));
        Assert.Empty(await People(store, new SagaFilter(Late: true)));
    }

    private static async Task Leave(Store store, params string[] people) => await store.Apply([.. people.Select(person => store.Arrived(Organisation.Terminated(person)))]);

    private static async Task<IReadOnlyList<string>> People(Store store, SagaFilter filter)
        => [.. (await store.Operations.Sagas(filter, new PageRequest(), default)).Items.Select(saga => saga.PersonId)];
}
