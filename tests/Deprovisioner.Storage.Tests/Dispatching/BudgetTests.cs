using Deprovisioner.Contracts;

namespace Deprovisioner.Storage.Tests.Dispatching;

[Collection(nameof(StorageServer))]
public sealed class BudgetTests(StorageServer server)
{
    [Fact]
    public async Task No_more_steps_are_in_flight_than_the_system_bears()
    {
        await using var store = await Store.New(server, Organisation.Of([Organisation.System("crm", concurrency: 3), Organisation.System("ldap", concurrency: 5)]));
        await Terminate(store, 10);

        var first = await store.Claim();
        var second = await store.Claim();
        await store.Report("crm", store.Reported(first[0], Outcome.Changed));
        var third = await store.Claim();

        Assert.Equal(8, first.Count);
        Assert.Empty(second);
        Assert.Single(third);
        Assert.Equal(["crm 3", "ldap 5"], await store.Rows("select system, count(*) from steps where status = 'in-flight' group by 1 order by 1"));
    }

    [Fact]
    public async Task Claimers_at_once_keep_to_the_concurrency_together_and_claim_nothing_twice()
    {
        await using var store = await Store.New(server, Organisation.Of([Organisation.System("crm", concurrency: 4)]));
        await using var replica = store.Replica();
        await Terminate(store, 120);
        var sent = new HashSet<(StepId, int)>();

        while (sent.Count < 120)
        {
            var claimed = (await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? store : replica).Claim()))).SelectMany(c => c).ToList();
            Assert.All(claimed, c => Assert.True(sent.Add((c.StepId, c.Attempt)), "claimed twice"));
            Assert.InRange(await store.Count("steps where status = 'in-flight'"), 1, 4);
            await store.Report("crm", [.. claimed.Select(c => store.Reported(c, Outcome.Changed))]);
        }

        Assert.All(sent, s => Assert.Equal(1, s.Item2));
        Assert.Empty(await store.Claim());
    }

    [Fact]
    public async Task A_claimer_that_gets_the_lock_just_after_another_committed_counts_what_that_one_sent()
    {
        await using var store = await Store.New(server, Organisation.Of([Organisation.System("crm", concurrency: 4)]));
        await Terminate(store, 12);

        // One claimer's first statement is held up after its snapshot was taken and before it locks the system.
        await store.Execute(
            """
            create function held_up() returns boolean language plpgsql volatile as
                $$ begin if current_setting('test.late', true) = 'on' then perform pg_advisory_lock_shared(1), pg_advisory_unlock_shared(1); end if; return true; end $$;
            alter table steps rename to steps_kept;
            create view steps as select * from steps_kept where held_up();
            grant select, update on steps to deprovisioner_orchestrator;
            """);
        await using var late = store.Replica("Options=-c test.late=on");
        await using var holding = await store.Connection();
        await using var hold = new Npgsql.NpgsqlCommand("select pg_advisory_lock(1)", holding);
        await hold.ExecuteNonQueryAsync();

        var claiming = late.Claim();
        await store.SomebodyWaitsForALock();
        var first = await store.Claim();
        await using var release = new Npgsql.NpgsqlCommand("select pg_advisory_unlock(1)", holding);
        await release.ExecuteNonQueryAsync();

        Assert.Equal(4, first.Count);
        Assert.Empty(await claiming);
    }

    [Fact]
    public async Task Steps_are_sent_at_the_systems_rate_by_all_replicas_together()
    {
        await using var store = await Store.New(server, Organisation.Of([Organisation.System("crm", perSecond: 5)]));
        await using var replica = store.Replica();
        await Terminate(store, 30);

        var burst = await store.Claim();
        var nothing = await replica.Claims.Claim(findsBlocked: true, default);
        store.Clock.Advance(TimeSpan.FromMilliseconds(400));
        var later = await replica.Claim();
        store.Clock.Advance(TimeSpan.FromMinutes(1));
        var afterAPause = await store.Claim();

        Assert.Equal(5, burst.Count);
        Assert.Empty(nothing.Commands);
        Assert.Equal(TimeSpan.FromMilliseconds(200), nothing.Wait);
        Assert.Equal(2, later.Count);
        Assert.Equal(5, afterAPause.Count);
    }

    [Fact]
    public async Task A_slow_rate_sends_one_step_now_and_then()
    {
        await using var store = await Store.New(server, Organisation.Of([Organisation.System("crm", perSecond: 0.1)]));
        await Terminate(store, 3);

        Assert.Single(await store.Claim());
        var wait = (await store.Claims.Claim(findsBlocked: true, default)).Wait;
        Assert.InRange(wait, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(10));
        store.Clock.Advance(wait);
        Assert.Single(await store.Claim());
        Assert.Empty(await store.Claim());
    }

    [Fact]
    public async Task A_used_up_rate_is_looked_at_again_when_there_are_tokens_that_are_worth_it()
    {
        await using var store = await Store.New(server, Organisation.Of([Organisation.System("crm", concurrency: 100, perSecond: 50)]));
        await Terminate(store, 53);

        var burst = await store.Claims.Claim(findsBlocked: true, default);
        store.Clock.Advance(burst.Wait);

        Assert.Equal((50, TimeSpan.FromMilliseconds(50), false), (burst.Commands.Sum(c => c.Steps.Count), burst.Wait, burst.AwaitsRoom));
        Assert.Equal(2, (await store.Claim()).Count);
    }

    [Fact]
    public async Task Where_as_much_is_under_way_as_a_system_bears_reports_make_room()
    {
        await using var store = await Store.New(server, Organisation.Of([Organisation.System("crm", concurrency: 2, perSecond: 50)]));
        await Terminate(store, 3);

        var full = await store.Claims.Claim(findsBlocked: true, default);
        var still = await store.Claims.Claim(findsBlocked: true, default);

        Assert.Equal((2, TimeSpan.MaxValue, true), (full.Commands.Sum(c => c.Steps.Count), full.Wait, full.AwaitsRoom));
        Assert.Equal((0, TimeSpan.MaxValue, true), (still.Commands.Sum(c => c.Steps.Count), still.Wait, still.AwaitsRoom));
    }

    [Fact]
    public async Task A_message_carries_at_most_sixteen_steps_of_one_system()
    {
        await using var store = await Store.New(server);
        await Terminate(store, 20);

        var commands = (await store.Claims.Claim(findsBlocked: true, default)).Commands;

        Assert.Equal([("crm", 16), ("crm", 4), ("ldap", 16), ("ldap", 4)], commands.Select(c => (c.System.Value, c.Steps.Count)).OrderBy(c => c.Item1).ThenByDescending(c => c.Item2));
    }

    private static async Task Terminate(Store store, int persons)
        => await Task.WhenAll(Enumerable.Range(0, persons).Select(i => store.Arrive(Organisation.Terminated($"p{i}"))));
}
