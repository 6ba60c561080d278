using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Storage.Tests.Reading;

/// <summary>Searching the audit.</summary>
[Collection(nameof(StorageServer))]
public sealed class AuditSearchTests(StorageServer server)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_of_it_is_read_in_parts_in_which_each_row_comes_once(bool oldestFirst)
    {
        await using var store = await Filled();

        var rows = await All(store, new AuditFilter(OldestFirst: oldestFirst));

        Assert.True(rows.Count > 8, "the audit is short");
        var order = oldestFirst ? "at, stream, seq" : "at desc, stream desc, seq desc";
        Assert.Equal(await store.Rows($"select stream, seq from audit order by {order}"), rows.Select(row => $"{row.Stream} {row.Sequence}"));
    }

    [Fact]
    public async Task Rows_are_found_by_person_by_stream_by_type_and_by_time()
    {
        await using var store = await Filled();
        var saga = Guid.Parse((await store.Rows("select saga_id from sagas where person_id = 'p2'"))[0]);
        var last = store.Clock.Now;

        Assert.Equal(await store.Rows($"select stream, seq from audit where stream = '{saga}' order by seq"), Names(await All(store, new AuditFilter(Person: "p2", OldestFirst: true))));
        Assert.Equal(await store.Rows($"select stream, seq from audit where stream = '{saga}' order by seq desc"), Names(await All(store, new AuditFilter(Stream: saga))));
        Assert.Equal(await store.Rows($"select stream, seq from audit where stream = '{AuditChain.Installation}' and type = 'saga-opened' order by seq"), Names(await All(store, new AuditFilter(AuditChain.Installation, Type: "saga-opened", OldestFirst: true))));
        Assert.Equal(await store.Rows($"select stream, seq from audit where at >= '{last:O}' order by at, stream, seq"), Names(await All(store, new AuditFilter(From: last, OldestFirst: true))));
        Assert.Equal(await store.Rows($"select stream, seq from audit where at < '{last:O}' order by at, stream, seq"), Names(await All(store, new AuditFilter(Until: last, OldestFirst: true))));
        Assert.Empty(await All(store, new AuditFilter(Person: "p9")));
    }

    [Fact]
    public async Task A_row_has_what_is_hashed_and_its_evidence_and_one_that_was_changed_hides_no_other()
    {
        await using var store = await Filled();
        var reported = (await All(store, new AuditFilter(Person: "p1", Type: "step-reported")))[0];
        Assert.Equal("changed", reported.Record!["facts"]!["outcome"]!.GetValue<string>());
        Assert.Contains("was locked", reported.Evidence!.ToJsonString(), StringComparison.Ordinal);

        await store.Execute($"alter table audit disable trigger audit_append_only; update audit set payload = convert_to('no json', 'UTF8') where stream = '{reported.Stream}' and seq = {reported.Sequence}");

        Assert.Equal("changed: it cannot be read", (await All(store, new AuditFilter(reported.Stream))).Single(row => row.Sequence == reported.Sequence).Record!.GetValue<string>());
        Assert.Equal(reported.Stream, Assert.Single((await store.Operations.VerifyAudit(null, default)).Faults.Select(fault => fault.Stream).Distinct()));
    }

    private async Task<Store> Filled()
    {
        var store = await Store.New(server, Organisation.Of("crm"));
        foreach (var person in new[] { "p1", "p2" })
        {
            store.Clock.Advance(TimeSpan.FromMinutes(1));
            var step = Assert.Single(await store.Sent(person));
            await store.Report("crm", store.Reported(step, Outcome.Changed, message: "it was locked"));
        }

        return store;
    }

    private static IEnumerable<string> Names(IEnumerable<AuditLineView> rows) => rows.Select(row => $"{row.Stream} {row.Sequence}");

    private static async Task<List<AuditLineView>> All(Store store, AuditFilter filter)
    {
        var rows = new List<AuditLineView>();
        string? place = null;
        do
        {
            var part = await store.Operations.AuditRows(filter, new PageRequest(3, place), default);
            rows.AddRange(part.Items);
            place = part.Next;
        }
        while (place is not null);
        return rows;
    }
}
