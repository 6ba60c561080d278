using Deprovisioner.Contracts;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Storage.Tests.Reading;

/// <summary>Looking for somebody by what one knows of them.</summary>
[Collection(nameof(StorageServer))]
public sealed class PersonSearchTests(StorageServer server)
{
    [Theory]
    [InlineData("P10", "P1001 p1002")]
    [InlineData("p1001", "P1001")]
    [InlineData("ada", "P1001")]
    [InlineData("ADA.B@example.test", "P1001")]
    [InlineData("grace@", "p1002")]
    [InlineData("byr", "x3 P1001")]
    [InlineData("Österr", "x4")]
    [InlineData("x", "x3 x4 p1002")]
    [InlineData("yron", "")]
    [InlineData("%", "")]
    [InlineData("_1001", "")]
    [InlineData("", "P1001 p1002 x3 x4")]
    [InlineData("  ada ", "P1001")]
    [InlineData("\0'; drop table persons; --", "")]
    public async Task Somebody_is_found_by_the_beginning_of_id_user_name_address_or_family_name_in_any_case(string text, string found)
    {
        await using var store = await Filled();

        Assert.Equal(found, string.Join(' ', (await store.Operations.People(text, new(), default)).Items.Select(person => person.PersonId)));
    }

    [Fact]
    public async Task Whoever_is_found_in_several_ways_comes_once_whatever_the_size_of_the_parts()
    {
        await using var store = await Filled();
        for (var size = 1; size <= 4; size++)
        {
            var found = new List<string>();
            string? place = null;
            do
            {
                var part = await store.Operations.People("x", new PageRequest(size, place), default);
                found.AddRange(part.Items.Select(person => person.PersonId));
                place = part.Next;
            }
            while (place is not null);

            Assert.Equal(["x3", "x4", "p1002"], found);
        }

        await Assert.ThrowsAsync<UnknownPlaceException>(() => store.Operations.People("x", new PageRequest(2, PlaceInList.Of("9", "x", "x")), default));
    }

    [Fact]
    public async Task A_person_is_listed_with_what_their_employments_give_and_what_runs_for_them()
    {
        await using var store = await Filled();
        var saga = (await store.Arrive(Organisation.Terminated("P1001") with { Person = null })).SagaId!.Value.Value;

        var person = Assert.Single((await store.Operations.People("P1001", new(), default)).Items);
        Assert.Equal(new PersonLine("P1001", "ada.b@example.test", "ada", "Ada", "Byron", "terminated", false, new(saga, "leaver", "running")), person);

        await store.Arrive(Organisation.Hired("P1001", "other") with { EmploymentId = new EmploymentId("second") });
        Assert.Equal("active", Assert.Single((await store.Operations.People("P1001", new(), default)).Items).Status);
        Assert.Null((await store.Operations.People("p1002", new(), default)).Items[0].OpenSaga);
    }

    private async Task<Store> Filled()
    {
        var store = await Store.New(server);
        foreach (var (id, email, user, family) in new[] { ("P1001", "ada.b@example.test", "ada", "Byron"), ("p1002", "grace@example.test", "XHopper", "Hopper"), ("x3", "x3@example.test", "x3", "byrd"), ("x4", "x4@example.test", "x4", "Österreicher") })
        {
            await store.Arrive(Organisation.Hired(id) with { Person = new PersonAttributes(email, user, "Ada", family) });
        }

        return store;
    }
}
