using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Storage.Tests.Reading;

/// <summary>Reconciliations, as people see them.</summary>
[Collection(nameof(StorageServer))]
public sealed class ReconciliationReadingTests(StorageServer server)
{
    [Fact]
    public async Task Runs_are_listed_in_parts_the_newest_first_by_system_and_by_the_request_that_began_them()
    {
        await using var store = await Store.New(server);
        var (first, second, third) = (await Run(store, "crm", act: 1), await Run(store, "ldap", act: 2), await Run(store, "crm", act: 3));

        var part = await store.Operations.Reconciliations(new(), new PageRequest(2), default);
        Assert.Equal([third, second], part.Items.Select(run => run.RunId));
        Assert.Equal([first], (await store.Operations.Reconciliations(new(), new PageRequest(2, part.Next), default)).Items.Select(run => run.RunId));
        Assert.Equal([third, first], (await store.Operations.Reconciliations(new("crm"), new(), default)).Items.Select(run => run.RunId));
        Assert.Equal([second], (await store.Operations.Reconciliations(new(Acts: [2, 9]), new(), default)).Items.Select(run => run.RunId));
        Assert.Equal("ldap", (await store.Operations.Reconciliation(second, default))!.System);
        Assert.Null(await store.Operations.Reconciliation(Guid.NewGuid(), default));
    }

    [Fact]
    public async Task What_a_run_found_is_read_in_parts_in_which_each_account_comes_once()
    {
        await using var store = await Store.New(server);
        var run = await Run(store, "crm", act: 1);
        await Run(store, "crm", act: 2);
        await store.Execute($"insert into reconciled_accounts (run_id, account_id, name, finding, detail, seen_at) select '{run}', 'a' || n || 'ä', 'n', case when n % 2 = 0 then 'orphan' else 'unknown' end, 'x', now() from generate_series(1, 25) n");

        var found = new List<FindingLine>();
        string? place = null;
        do
        {
            var part = await store.Operations.Findings(run, null, new PageRequest(10, place), default);
            found.AddRange(part.Items);
            place = part.Next;
        }
        while (place is not null);

        Assert.Equal(25, found.Select(f => f.AccountId).Distinct().Count());
        Assert.Equal(25, found.Count);
        Assert.Equal(12, (await store.Operations.Findings(run, "orphan", new(), default)).Items.Count);
    }

    private static async Task<Guid> Run(Store store, string system, int act)
    {
        store.Clock.Advance(TimeSpan.FromSeconds(1));
        var id = Guid.CreateVersion7(store.Clock.Now);
        await store.Execute(
            $"insert into reconciliations (run_id, system, status, page, started_at, updated_at, finished_at, asked_by, why, act_id) values ('{id}', '{system}', 'complete', 1, '{store.Clock.Now:O}', '{store.Clock.Now:O}', '{store.Clock.Now:O}', 'ann', 'x', {act})");
        return id;
    }
}
