using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>The same event, and the same termination, over and over.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_an_event_comes_again(Company company)
{
    [Fact]
    public async Task The_same_event_a_thousand_times_is_one_saga()
    {
        await using var product = await company.Install();
        await product.StartWorker();
        var leaver = await company.Employ();
        var termination = HrEvents.Terminated(leaver, id: "only-once");

        await product.Publish(Enumerable.Repeat(termination, 1000).ToArray());
        await Eventually.True("1,000 deliveries to be counted", async () => await product.Query<int>("select max(deliveries) from inbox") == 1000, TimeSpan.FromSeconds(60));
        await product.Completed(1);

        Assert.Equal(1L, await product.Query<long>("select count(*) from sagas"));
        Assert.Equal(1L, await product.Query<long>("select count(*) from inbox"));
        Assert.Equal(7L, await product.Query<long>("select count(*) from audit where type = 'step-reported'"));
        await product.AuditIsVerified();
    }

    [Fact]
    public async Task The_same_termination_after_it_was_done_finds_everything_already_so_and_changes_nothing()
    {
        await using var product = await company.Install();
        await product.StartWorker();
        var leaver = await company.Employ();
        await product.Publish(HrEvents.Terminated(leaver));
        await product.Completed(1);
        var directory = await company.Directory.Everything();
        var user = (await company.Crm.GetAsync($"Users/{leaver.CrmId}"))!.ToJsonString();

        await product.Publish(HrEvents.Terminated(leaver));
        await product.Completed(2);

        Assert.All((await product.Outcomes(leaver)).Skip(7), outcome => Assert.EndsWith(" already", outcome, StringComparison.Ordinal));
        Assert.Equal(14, (await product.Outcomes(leaver)).Count);
        Assert.Equal(directory, await company.Directory.Everything());
        Assert.Equal(user, (await company.Crm.GetAsync($"Users/{leaver.CrmId}"))!.ToJsonString());
        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
    }
}
