using Deprovisioner.Contracts;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Dispatching;

[Collection(nameof(StorageServer))]
public sealed class LeaseTests(StorageServer server)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_step_that_is_not_answered_within_its_lease_is_sent_again_as_the_next_attempt()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var first = Assert.Single(await store.Sent("p1"));

        store.Clock.Advance(Lease);
        Assert.Empty(await store.Claims.TakeBackExpired(default));
        Assert.Empty(await store.Claim());
        store.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Single(await store.Claims.TakeBackExpired(default));
        var second = Assert.Single(await store.Claim());

        Assert.Equal((first.StepId, 1, 2), (second.StepId, first.Attempt, second.Attempt));
        Assert.Equal("0 of 1 reports counted.", (await store.Report("crm", store.Reported(first, Outcome.Rejected))).Reason);
        Assert.Equal("1 of 1 reports counted.", (await store.Report("crm", store.Reported(first, Outcome.Changed))).Reason);
        Assert.Equal("0 of 1 reports counted.", (await store.Report("crm", store.Reported(second, Outcome.Already))).Reason);
    }

    [Fact]
    public async Task A_host_that_never_answers_does_not_hold_up_the_later_stages_of_other_systems()
    {
        await using var store = await Store.New(server, Organisation.Of(
            [Organisation.System("crm"), Organisation.System("ldap")],
            Organisation.Stage("contain", StepAction.DisableAccount),
            Organisation.Stage("revoke", StepAction.RemoveEntitlements)));
        var sent = await store.Sent("p1");
        Assert.Equal(2, sent.Count);
        await store.Report("crm", store.Reported(sent[0], Outcome.Changed));
        Assert.Empty(await store.Claim());
        store.Clock.Advance(Lease * 2);

        var expired = await store.Claims.TakeBackExpired(default);
        await store.Commit(new Fact.StepsBlocked(expired, Reason: null));

        Assert.Equal(["crm remove-entitlements"], await store.Rows("select system, action from steps where status = 'due' and stage = 1"));
        Assert.Equal(0, await store.Count("audit where type = 'step-deferred'"));
    }

    [Fact]
    public async Task Replicas_take_an_expired_step_back_once()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await using var replica = store.Replica();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => store.Arrive(Organisation.Terminated($"p{i}"))));
        Assert.Equal(50, (await store.Claim()).Count);
        store.Clock.Advance(Lease * 2);

        var taken = await Task.WhenAll(store.Claims.TakeBackExpired(default), replica.Claims.TakeBackExpired(default));
        var rest = await store.Claims.TakeBackExpired(default);

        Assert.Equal(50, taken.Sum(t => t.Count) + rest.Count);
        Assert.All(await store.Claim(), c => Assert.Equal(2, c.Attempt));
    }

    [Fact]
    public async Task Expired_steps_of_a_cancelled_saga_end()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.Sent("p1");
        await store.Arrive(Organisation.Hired("p1"));
        Assert.Equal(["cancelled in-flight"], await store.Rows("select g.status, s.status from sagas g join steps s using (saga_id)"));
        store.Clock.Advance(Lease * 2);

        Assert.Empty(await store.Claims.TakeBackExpired(default));

        Assert.Equal(["cancelled True"], await store.Rows("select status, settled_at is not null from steps"));
        Assert.Empty(await store.Claim());
    }

    [Fact]
    public async Task A_saga_that_is_being_cancelled_at_this_moment_gets_nothing_sent_again()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.Sent("p1");
        store.Clock.Advance(Lease * 2);
        await using var cancelling = await store.Connection();
        await using var transaction = await cancelling.BeginTransactionAsync();
        await using var cancel = new Npgsql.NpgsqlCommand("update sagas set status = 'cancelled', completed_at = now()", cancelling, transaction);
        await cancel.ExecuteNonQueryAsync();

        Assert.Empty(await store.Claims.TakeBackExpired(default).WaitAsync(TimeSpan.FromSeconds(10)));
        await transaction.CommitAsync();
        Assert.Empty(await store.Claims.TakeBackExpired(default));

        Assert.Equal(["cancelled"], await store.Rows("select status from steps"));
    }

    [Fact]
    public async Task Steps_that_could_not_be_sent_are_handed_back_for_later()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.Arrive(Organisation.Terminated("p1"));
        var command = Assert.Single((await store.Claims.Claim(findsBlocked: true, default)).Commands);

        await store.Claims.HandBack(command, TimeSpan.FromSeconds(5), default);

        Assert.Empty(await store.Claim());
        store.Clock.Advance(TimeSpan.FromSeconds(5));
        var again = Assert.Single((await store.Claims.Claim(findsBlocked: true, default)).Commands);
        Assert.Equal(2, again.Steps[0].Attempt);

        await store.Claims.HandBack(command, TimeSpan.Zero, default);
        Assert.Empty(await store.Claim());
    }

    [Fact]
    public async Task A_step_handed_back_after_its_saga_was_cancelled_is_never_sent()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.Arrive(Organisation.Terminated("p1"));
        var command = Assert.Single((await store.Claims.Claim(findsBlocked: true, default)).Commands);
        await store.Arrive(Organisation.Hired("p1"));

        await store.Claims.HandBack(command, TimeSpan.Zero, default);

        Assert.Empty(await store.Claim());
        Assert.Equal(["cancelled"], await store.Rows("select status from steps"));
    }

    [Fact]
    public async Task A_step_that_was_reported_is_not_handed_back()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.Arrive(Organisation.Terminated("p1"));
        var command = Assert.Single((await store.Claims.Claim(findsBlocked: true, default)).Commands);
        await store.Report("crm", store.Reported(command.Steps[0], Outcome.Changed));

        await store.Claims.HandBack(command, TimeSpan.Zero, default);

        Assert.Equal(["succeeded"], await store.Rows("select status from steps"));
    }
}
