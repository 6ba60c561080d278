using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Storage.Tests.Writing;

/// <summary>What a policy says of a step beside its action is kept with the plan, and holds.</summary>
[Collection(nameof(StorageServer))]
public sealed class StepTermsTests(StorageServer server)
{
    [Fact]
    public async Task Owner_reversibility_and_needs_are_kept_and_the_dispatcher_honours_them()
    {
        var configuration = Organisation.Of(
            [Organisation.System("crm"), Organisation.System("ldap")],
            new PolicyStage
            {
                Name = "contain",
                Steps =
                [
                    new PolicyStep { System = new SystemName("crm"), Action = StepAction.DisableAccount },
                    new PolicyStep
                    {
                        System = new SystemName("ldap"), Action = StepAction.ManualTask, Instruction = "look", Owner = "it-desk", Reversible = Reversibility.For(TimeSpan.FromDays(30)),
                        Needs = [new StepNeed(new SystemName("crm"), StepAction.DisableAccount)],
                    },
                ],
            });
        await using var store = await Store.New(server, configuration);

        var first = Assert.Single(await store.Sent("p1"));
        Assert.Equal(StepAction.DisableAccount, first.Action);
        Assert.Equal(["- - 0", "it-desk 30d 1"], await store.Rows("select owner, reversible, cardinality(needs) from steps order by ordinal"));
        await store.Report("crm", store.Reported(first, Outcome.Transient));
        Assert.DoesNotContain(await store.Claim(), c => c.Action is StepAction.ManualTask);
        store.Clock.Advance(TimeSpan.FromMinutes(1));
        await store.Report("crm", store.Reported(Assert.Single(await store.Claim()), Outcome.Changed));
        Assert.Equal(("look", "it-desk"), ((await store.Claim()).Single() is var task) ? (task.Instruction, task.Owner) : default);
    }
}
