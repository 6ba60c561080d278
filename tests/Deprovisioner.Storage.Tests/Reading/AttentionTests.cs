using Deprovisioner.Contracts;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Reading;

/// <summary>What failed, as on-call sees it.</summary>
[Collection(nameof(StorageServer))]
public sealed class AttentionTests(StorageServer server)
{
    [Fact]
    public async Task Failed_steps_stand_together_by_system_action_and_code_the_most_first()
    {
        await using var store = await Failed();

        var groups = await store.Operations.Attention(default);

        Assert.Equal(["ldap ldap-50 4", "crm http-409 2", "crm rejected 1"], groups.Select(group => $"{group.System} {group.Code} {group.Steps}"));
        Assert.Equal(("disable-account", "p3 is locked", store.Clock.Now.AddMinutes(-6), store.Clock.Now), (groups[0].Action, groups[0].Message, groups[0].FirstAt, groups[0].LastAt));
        Assert.Equal(await store.Rows("select saga_id from steps where code = 'ldap-50' order by settled_at desc"), groups[0].SampleSagas.Select(saga => saga.ToString()));
    }

    [Fact]
    public async Task Failed_steps_are_listed_in_parts_and_by_what_is_asked_for()
    {
        await using var store = await Failed();

        var parts = new List<FailedStepLine>();
        string? place = null;
        do
        {
            var part = await store.Operations.FailedSteps(new(), new PageRequest(3, place), default);
            parts.AddRange(part.Items);
            place = part.Next;
        }
        while (place is not null);

        Assert.Equal(await store.Rows("select step_id from steps where status = 'failed' order by settled_at desc, step_id desc"), parts.Select(step => step.StepId.ToString()));
        Assert.Equal(["p1", "p0"], (await store.Operations.FailedSteps(new("crm", "disable-account", "http-409"), new(), default)).Items.Select(step => step.PersonId));
        Assert.Equal(["ldap ldap-50", "crm rejected"], (await store.Operations.FailedSteps(new(Person: "p2"), new(), default)).Items.Select(step => $"{step.System} {step.Code}").Order(StringComparer.Ordinal).Reverse());
        Assert.Empty((await store.Operations.FailedSteps(new(Action: "delete-account"), new(), default)).Items);
    }

    [Fact]
    public async Task Nothing_of_a_cancelled_saga_waits_for_a_repair()
    {
        await using var store = await Failed();
        var saga = Guid.Parse((await store.Rows("select saga_id from sagas where person_id = 'p2'"))[0]);

        var act = Assert.Single(await store.Operations.Ask([ActRequest.Cancel(new("ann", "x"), saga)], default));
        await store.Commit(new Fact.ActRequested(act.ActId));

        Assert.Equal(["ldap ldap-50 3", "crm http-409 2"], (await store.Operations.Attention(default)).Select(group => $"{group.System} {group.Code} {group.Steps}"));
        Assert.Empty((await store.Operations.FailedSteps(new(Person: "p2"), new(), default)).Items);
    }

    /// <summary>Four leavers, whom ldap refuses for one reason; crm refuses two for another, one without saying why, and lets one pass.</summary>
    private async Task<Store> Failed()
    {
        var store = await Store.New(server);
        for (var i = 0; i < 4; i++)
        {
            if (i > 0)
            {
                store.Clock.Advance(TimeSpan.FromMinutes(2));
            }

            foreach (var step in await store.Sent($"p{i}"))
            {
                var system = (await store.Rows($"select system from steps where step_id = '{step.StepId}'"))[0];
                await store.ReportEach((i, system) switch
                {
                    (_, "ldap") => store.Reported(step, Outcome.Rejected, "ldap-50", $"p{i} is locked"),
                    ( < 2, _) => store.Reported(step, Outcome.Rejected, "http-409"),
                    (2, _) => store.Reported(step, Outcome.Rejected),
                    _ => store.Reported(step, Outcome.Changed),
                });
            }
        }

        return store;
    }
}
