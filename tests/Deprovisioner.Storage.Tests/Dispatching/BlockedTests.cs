using Deprovisioner.Contracts;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Dispatching;

/// <summary>What a pass finds of steps that cannot be sent, since their system is shut.</summary>
[Collection(nameof(StorageServer))]
public sealed class BlockedTests(StorageServer server)
{
    [Fact]
    public async Task They_are_found_in_portions_and_each_until_its_saga_was_told()
    {
        await using var store = await Shut(40);
        var found = new HashSet<StepId>();
        while (await store.Claims.Claim(findsBlocked: true, default) is { Blocked: [var (reason, steps)] })
        {
            Assert.InRange(steps.Count, 1, 32);
            Assert.All(steps, step => Assert.True(found.Add(step.Step), "It was told of before."));
            await store.Commit(new Fact.StepsBlocked(steps, reason));
        }

        Assert.Equal(40, found.Count);
    }

    [Fact]
    public async Task A_pass_that_does_not_look_for_them_comes_again_within_a_second()
    {
        await using var store = await Shut(3);

        var pass = await store.Claims.Claim(findsBlocked: false, default);

        Assert.Equal((0, TimeSpan.FromSeconds(1)), (pass.Blocked.Count, pass.Wait));
        Assert.True((await store.Claims.Claim(findsBlocked: true, default)).Wait > TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task What_another_system_has_due_is_claimed_by_the_same_pass()
    {
        await using var store = await Shut(40);

        var pass = await store.Claims.Claim(findsBlocked: true, default);

        Assert.Equal(40, pass.Commands.Sum(command => command.Steps.Count));
        Assert.All(pass.Commands, command => Assert.Equal("ldap", command.System.Value));
    }

    /// <summary>So many people left, and the CRM is paused.</summary>
    private async Task<Store> Shut(int people)
    {
        var store = await Store.New(server);
        await Task.WhenAll(Enumerable.Range(0, people).Select(i => store.Arrive(Organisation.Terminated($"p{i}"))));
        await store.Execute("update systems set paused_by = 'ann', paused_why = 'maintenance', paused_at = now() where system = 'crm'");
        return store;
    }
}
