using Deprovisioner.Contracts;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests;

/// <summary>Which rows of the guard's ledger, of its announcements and of the registry are read: each condition decides about somebody here.</summary>
[Collection(nameof(StorageServer))]
public sealed class GuardLedgerTests(StorageServer server)
{
    [Theory]
    [InlineData(0, -10)]
    [InlineData(-10, 0)]
    public async Task Somebody_counts_by_when_it_was_decided_alone_and_by_when_their_access_ends_alone(int decidedDays, int effectiveDays)
    {
        await using var store = await Store.New(server, Limit(1));
        await Counted(store, "x", decidedDays, effectiveDays);

        Assert.Contains("2nd leaver", (await store.Arrive(Organisation.Terminated("p1"))).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-30, true)]
    [InlineData(-29, false)]
    [InlineData(-20, false)]
    public async Task Whoever_is_entered_after_the_fact_is_compared_with_those_whose_access_ended_then(int effectiveDays, bool isHeld)
    {
        await using var store = await Store.New(server, Limit(1));
        await Counted(store, "x", -10, effectiveDays);

        await store.Arrive(Organisation.Terminated("p1") with { EffectiveAt = store.Clock.Now.AddDays(-29.5) });
        await store.Arrive(Organisation.Terminated("p2") with { EffectiveAt = store.Clock.Now.AddYears(-100) });

        Assert.Equal(isHeld, await store.Count("sagas where person_id = 'p1' and status = 'held'") == 1);
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task A_repeat_is_known_as_one_however_long_ago_the_leaver_was_counted()
    {
        await using var store = await Store.New(server, Limit(1));
        await store.Arrive(Organisation.Terminated("p1"));
        await store.Execute("update sagas set status = 'completed', completed_at = now(); update steps set status = 'succeeded', due_at = null, settled_at = now()");
        store.Clock.Advance(TimeSpan.FromDays(3));
        await store.Arrive(Organisation.Terminated("p2"));

        var again = await store.Arrive(Organisation.Terminated("p1", "again"));
        Assert.Equal(["running"], await store.Rows($"select status from sagas where saga_id = '{again.SagaId}'"));
        await using var context = await store.Context();
        var act = new OperatorActEntity { Kind = "ask", SagaId = again.SagaId!.Value.Value, Who = "ann", Why = "because", RequestedAt = store.Clock.Now };
        await store.Commit(new Fact.ActRequested(await OperatorActs.Request(context, act, default)));

        Assert.Equal(["running"], await store.Rows($"select status from sagas where saga_id = '{again.SagaId}'"));
        Assert.Equal(["p1", "p2"], await store.Rows("select person_id from guard_transitions order by seq"));
    }

    [Fact]
    public async Task Whoever_left_long_ago_within_a_layoff_that_goes_on_has_used_up_their_place_in_it()
    {
        await using var store = await Store.New(server, Limit(0));
        await store.Execute($"""
            insert into guard_announcements (size, starts_at, ends_at, asked_by, why, asked_at, approved_by, approved_why, approved_at)
            values (1, '{store.Clock.Now.AddDays(-30):O}', '{store.Clock.Now.AddDays(30):O}', 'ann', 'layoff', now(), 'bob', 'agreed', now())
            """);
        await Counted(store, "x", -10, -10);

        await store.Arrive(Organisation.Terminated("p1"));
        await store.Execute("update guard_announcements set size = 3");
        await store.Arrive(Organisation.Terminated("p2"));

        Assert.Equal(["p1 held", "p2 running"], await store.Rows("select person_id, status from sagas order by 1"));
    }

    [Fact]
    public async Task Each_person_who_was_here_when_the_window_began_is_one_head()
    {
        await using var store = await Store.New(server, Organisation.Of("crm") with { Guard = new GuardSettings { MaxShare = 1, Always = 0 } });
        await store.Arrive(Organisation.Hired("busy"));
        await store.Arrive(Organisation.Hired("two"));
        await store.Arrive(Organisation.Hired("two", "two-2") with { EmploymentId = new EmploymentId("two-2") });
        await store.Arrive(Organisation.Hired("future"));
        await store.Arrive(Organisation.Terminated("future") with { EffectiveAt = store.Clock.Now.AddDays(5) });
        await store.Arrive(Organisation.Hired("gone"));
        await store.Arrive(Organisation.Terminated("gone"));

        // Those who left before the window began, or did not leave in the end, and are in no employment. And somebody who stays, of whom so many employments end that the next leaver must be held.
        await Counted(store, "long gone", -2, -2);
        await Counted(store, "rejected", 0, 0);
        await store.Execute("update guard_transitions set live = false where person_id = 'rejected'");
        for (var i = 0; i < 10; i++)
        {
            await Counted(store, "busy", 0, 0);
        }

        var answer = await store.Arrive(Organisation.Terminated("last"));

        Assert.EndsWith("the limit is 4.", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_saga_is_asked_about_with_those_who_were_decided_about_with_it_and_not_with_those_of_today()
    {
        await using var store = await Store.New(server, Limit(1, Organisation.Stage("retire", StepAction.DeleteAccount)));
        await store.Arrive(Organisation.Terminated("p1"));
        await store.Execute($"""
            insert into guard_transitions (saga_id, seq, person_id, employment_id, at, effective_at) overriding system value
            select '{Guid.NewGuid()}', -1, 'x', 'x', at, effective_at from guard_transitions
            """);
        store.Clock.Advance(TimeSpan.FromDays(3));

        Assert.Empty(await store.Claim());

        Assert.Contains("2nd leaver", (await store.Rows("select holds->0->>'detail' from sagas"))[0], StringComparison.Ordinal);
    }

    private static Configuration Limit(int most, params PolicyStage[] stages) => Organisation.Of([Organisation.System("crm")], stages) with { Guard = new GuardSettings { MaxLeavers = most } };

    /// <summary>Somebody who is in the ledger from before, under an employment that the registry does not have.</summary>
    private static Task Counted(Store store, string person, int decidedDays, int effectiveDays)
        => store.Execute($"""
            insert into guard_transitions (saga_id, person_id, employment_id, at, effective_at)
            values ('{Guid.NewGuid()}', '{person}', '{Guid.NewGuid()}', '{store.Clock.Now.AddDays(decidedDays):O}', '{store.Clock.Now.AddDays(effectiveDays):O}')
            """);
}
