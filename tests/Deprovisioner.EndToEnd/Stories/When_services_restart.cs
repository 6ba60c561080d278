using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>Database and broker restart in the middle of the work.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_services_restart(Company company)
{
    [Fact]
    public async Task A_database_that_crashes_and_recovers_loses_nothing()
    {
        await using var product = await company.Install(new StoryOptions { Lease = "15s" });
        var worker = await product.StartWorker();
        var leavers = await Leavers(4);
        await product.Publish([.. leavers.Select(leaver => HrEvents.Terminated(leaver))]);
        await Eventually.True("the first report", async () => await product.Query<long>("select count(*) from audit where type = 'step-reported'") > 0);

        await company.Postgres.Restart(crash: true);

        await product.Completed(leavers.Count, TimeSpan.FromSeconds(120));
        await AllAreCut(product, leavers);
        Assert.False(worker.HasExited);
    }

    [Fact]
    public async Task A_broker_that_restarts_loses_nothing()
    {
        await using var product = await company.Install(new StoryOptions { Lease = "15s" });
        var worker = await product.StartWorker();
        var leavers = await Leavers(4);
        await product.Publish([.. leavers.Select(leaver => HrEvents.Terminated(leaver))]);
        await Eventually.True("the events to be taken in", async () => await product.Query<long>("select count(*) from sagas") == leavers.Count);

        await company.Broker.Restart();

        await product.Completed(leavers.Count, TimeSpan.FromSeconds(120));
        await AllAreCut(product, leavers);
        Assert.False(worker.HasExited);
    }

    private static async Task AllAreCut(Installation product, List<Employee> leavers)
    {
        foreach (var leaver in leavers)
        {
            Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        }

        await product.AuditIsVerified();
    }

    private async Task<List<Employee>> Leavers(int number)
    {
        var leavers = new List<Employee>();
        for (var i = 0; i < number; i++)
        {
            leavers.Add(await company.Employ());
        }

        return leavers;
    }
}
