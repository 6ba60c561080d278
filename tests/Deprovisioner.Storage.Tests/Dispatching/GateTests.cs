using Deprovisioner.Contracts;
using Deprovisioner.Storage.Dispatching;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Dispatching;

[Collection(nameof(StorageServer))]
public sealed class GateTests(StorageServer server)
{
    [Fact]
    public async Task A_paused_system_is_sent_nothing_and_its_steps_are_told_of_once()
    {
        await using var store = await Store.New(server);
        await store.Execute("update systems set paused_by = 'ann', paused_why = 'upgrade', paused_at = now() where system = 'crm'");
        await store.Arrive(Organisation.Terminated("p1"));

        var pass = await store.Claims.Claim(findsBlocked: true, default);
        Assert.Equal("ldap", Assert.Single(pass.Commands).System.Value);
        var (obstacle, steps) = Assert.Single(pass.Blocked);
        Assert.Equal("paused by ann: upgrade", obstacle);
        Assert.Single(steps);

        await Tell(store, pass);
        Assert.Empty((await store.Claims.Claim(findsBlocked: true, default)).Blocked);
        await Tell(store, pass);
        Assert.Equal(1, await store.Count("audit where type = 'step-deferred'"));
    }

    [Fact]
    public async Task A_system_that_left_the_configuration_does_not_hold_up_the_others_later_stages()
    {
        var stages = new[] { Organisation.Stage("contain", StepAction.DisableAccount), Organisation.Stage("revoke", StepAction.RemoveEntitlements) };
        await using var store = await Store.New(server, Organisation.Of([Organisation.System("crm"), Organisation.System("ldap")], stages));
        await store.Arrive(Organisation.Terminated("p1"));
        await store.Systems.TakeUp(Organisation.Of([Organisation.System("ldap")], stages) with { Version = new string('b', 64) }, default);

        var pass = await store.Claims.Claim(findsBlocked: true, default);
        await Tell(store, pass);
        await store.Report("ldap", store.Reported(Assert.Single(pass.Commands).Steps[0], Outcome.Changed));

        Assert.Equal("not in the configuration any more", Assert.Single(pass.Blocked).Obstacle);
        Assert.Equal(StepAction.RemoveEntitlements, Assert.Single(await store.Claim()).Action);
    }

    [Fact]
    public async Task A_system_that_does_not_answer_is_left_alone_then_tried_with_one_step()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await using var replica = store.Replica();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.Arrive(Organisation.Terminated($"p{i}"))));
        await Fail(store);
        await store.Arrive(Organisation.Terminated("new"));

        var shut = await store.Claims.Claim(findsBlocked: true, default);
        Assert.Empty(shut.Commands);
        Assert.InRange(shut.Wait, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

        store.Clock.Advance(TimeSpan.FromMinutes(7));
        var probes = (await Task.WhenAll(store.Claim(), replica.Claim(), store.Claim())).SelectMany(c => c).ToList();
        Assert.Single(probes);
        Assert.Empty(await store.Claim());

        await store.Report("crm", store.Reported(probes[0], Outcome.Transient, "unreachable"));
        Assert.Empty(await store.Claim());
        store.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Single(await store.Claim());
    }

    [Fact]
    public async Task When_a_system_is_back_its_waiting_retries_are_due_at_once()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.Arrive(Organisation.Terminated($"p{i}"))));
        await Fail(store);
        await store.Arrive(Organisation.Terminated("later") with { EffectiveAt = store.Clock.Now.AddDays(1) });
        store.Clock.Advance(TimeSpan.FromMinutes(1));
        await store.Execute("update steps set due_at = due_at + interval '3 minutes' where failures > 0 and step_id <> (select step_id from steps where failures > 0 order by step_id limit 1)");
        var probe = Assert.Single(await store.Claim());

        await store.Report("crm", store.Reported(probe, Outcome.Changed));

        Assert.Equal(19, (await store.Claim()).Count);
        Assert.Equal(1, await store.Count("steps where status = 'due'"));
    }

    [Fact]
    public async Task A_throttled_system_is_sent_nothing_until_the_time_that_it_named()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var commands = await store.Sent("p1");
        await store.Arrive(Organisation.Terminated("p2"));
        await store.Report("crm", store.Reported(commands[0], Outcome.Throttled) with { RetryAt = store.Clock.Now.AddSeconds(90) });

        var shut = await store.Claims.Claim(findsBlocked: true, default);
        Assert.Empty(shut.Commands);
        Assert.Equal(TimeSpan.FromSeconds(90), shut.Wait);
        store.Clock.Advance(TimeSpan.FromSeconds(90));

        Assert.Equal(2, (await store.Claim()).Count);
    }

    private static async Task Fail(Store store)
        => await store.Report("crm", [.. (await store.Claim()).Select(c => store.Reported(c, Outcome.Transient, "unreachable"))]);

    private static async Task Tell(Store store, StepDispatch pass)
    {
        foreach (var (obstacle, steps) in pass.Blocked)
        {
            await store.Commit(new Fact.StepsBlocked(steps, obstacle));
        }
    }
}
