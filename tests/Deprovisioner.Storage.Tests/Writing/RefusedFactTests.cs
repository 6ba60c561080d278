using Deprovisioner.Contracts;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Writing;

[Collection(nameof(StorageServer))]
public sealed class RefusedFactTests(StorageServer server)
{
    [Theory]
    [InlineData("U+0000 in a name")]
    [InlineData("half a surrogate pair")]
    [InlineData("an id that is too long")]
    [InlineData("a type that nobody knows")]
    public async Task A_fact_that_the_database_refuses_is_refused_alone(string fault)
    {
        await using var store = await Store.New(server);
        var bad = fault switch
        {
            "U+0000 in a name" => Organisation.Terminated("bad") with { Person = new PersonAttributes("a\0b@example.test", null, null, null) },
            "half a surrogate pair" => Organisation.Terminated("bad") with { Person = new PersonAttributes("a\ud800b@example.test", null, null, null) },
            "an id that is too long" => Organisation.Terminated("bad") with { PersonId = new PersonId(new string('x', 300)) },
            _ => Organisation.Terminated("bad") with { Type = "hr.employment.abducted.v1" },
        };

        // Held up by a lock, so that they pile up and are taken as one batch.
        await using var holding = await store.Connection();
        await using var transaction = await holding.BeginTransactionAsync();
        await using var held = new Npgsql.NpgsqlCommand("select from audit_heads for update", holding, transaction);
        await held.ExecuteNonQueryAsync();
        var first = store.Arrive(Organisation.Hired("first"));
        await store.SomebodyWaitsForALock();
        var before = Enumerable.Range(0, 7).Select(i => store.Arrive(Organisation.Terminated($"before{i}"))).ToList();
        var refused = store.Arrive(bad);
        var after = Enumerable.Range(0, 9).Select(i => store.Arrive(Organisation.Terminated($"after{i}"))).ToList();
        await transaction.RollbackAsync();

        await Assert.ThrowsAsync<FactRefusedException>(() => refused);
        await first;
        Assert.All(await Task.WhenAll(before.Concat(after)), answer => Assert.Equal("planned", answer.Verdict));
        Assert.Equal(17, await store.Count("inbox"));
        Assert.Equal(0, await store.Count("inbox where event_id = 'terminated-bad'"));
        Assert.Equal(["1"], await store.Rows("select distinct deliveries from inbox"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task A_transaction_with_a_bad_fact_leaves_nothing_behind()
    {
        await using var store = await Store.New(server);
        var before = await store.Everything();

        await Assert.ThrowsAnyAsync<Exception>(() => store.Apply(
            store.Arrived(Organisation.Terminated("good")), store.Arrived(Organisation.Terminated("bad") with { Reason = "x", Person = new PersonAttributes("\0", null, null, null) })));

        Assert.Equal(before, await store.Everything());
    }
}
