using Deprovisioner.Contracts;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Writing;

[Collection(nameof(StorageServer))]
public sealed class ProtectionTests(StorageServer server)
{
    [Fact]
    public async Task A_protected_persons_saga_is_kept_held_and_its_commands_say_that_it_was_released()
    {
        await using var store = await Store.New(server, Organisation.Of("crm") with { Protected = new ProtectedEntries(["p1"], new Dictionary<string, IReadOnlyList<string>>()) });
        Assert.Equal("held", (await store.Arrive(Organisation.Terminated("p1"))).Verdict);
        await store.Arrive(Organisation.Terminated("p2"));
        Assert.False(Assert.Single(await store.Claim()).ProtectionReleased);

        await using (var context = await store.Context())
        {
            var saga = Guid.Parse((await store.Rows("select saga_id from sagas where person_id = 'p1'"))[0]);
            var id = await OperatorActs.Request(context, new OperatorActEntity { Kind = "release", SagaId = saga, Who = "ann", Why = "because", RequestedAt = store.Clock.Now }, default);
            Assert.Equal("done", (await store.Commit(new Fact.ActRequested(id))).Verdict);
        }

        Assert.True(Assert.Single(await store.Claim()).ProtectionReleased);
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task Nothing_is_destroyed_on_top_of_what_was_only_observed_there()
    {
        await using var store = await Store.New(
            server,
            Organisation.Of([Organisation.System("crm"), Organisation.System("ldap")], Organisation.Stage("contain", StepAction.DisableAccount), Organisation.Stage("retire", StepAction.DeleteAccount)));
        var contain = (await store.Sent("p1")).ToList();
        await store.ReportEach([.. contain.Select((command, i) => store.Reported(command, i == 0 ? Outcome.Observed : Outcome.Changed))]);
        var observed = (await store.Rows("select system from steps where outcome = 'observed'"))[0];

        var delete = await store.Claim();

        Assert.Equal(2, delete.Count);
        foreach (var command in delete)
        {
            Assert.Equal((await store.Rows($"select system from steps where step_id = '{command.StepId}'"))[0] == observed, command.Observe);
        }
    }
}
