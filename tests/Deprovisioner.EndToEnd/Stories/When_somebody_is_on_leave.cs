namespace Deprovisioner.EndToEnd;

/// <summary>A leave of absence: nobody signs in, nothing is lost.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_somebody_is_on_leave(Company company)
{
    private const string Leave = """
          - {name: on-leave, when: {event: leave-started}, stages: [{name: contain, steps: [{system: "*", action: disable-account}, {system: "*", action: revoke-sessions}]}]}

        """;

    [Fact]
    public async Task Access_rests_and_is_back_without_a_rehire()
    {
        await using var product = await company.Install(new StoryOptions { MorePolicies = Leave + StoryOptions.Returns });
        await product.StartWorker();
        var person = await company.Employ();
        await product.Publish(HrEvents.Hired(person));
        await product.TakenIn(1);
        await product.Publish(HrEvents.Of("leave-started", person, 2, []));
        await product.Completed(1);
        Assert.Equal("directory: signs in False, in group True; crm: active False, in group True; warehouse: logs in False, in role True, session False", await person.Everywhere());

        await product.Publish(HrEvents.Of("leave-ended", person, 3, []));
        await product.Completed(2);
        Assert.Equal(Employee.FullAccess, await person.Everywhere());
        Assert.Equal(["leave completed", "restore completed"], await product.Lines("select kind || ' ' || status from sagas order by kind"));
        await product.AuditIsVerified();
    }
}
