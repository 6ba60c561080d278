using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>kill -9 at any moment.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_the_worker_is_killed(Company company)
{
    [Fact]
    public async Task Every_saga_completes_after_a_start_and_nothing_was_done_twice_that_shows()
    {
        // After so many reports the worker is killed: between the first event and the last report, wherever that falls.
        int[] moments = [0, 1, 5, 12, 20];
        await using var product = await company.Install(new StoryOptions { Lease = "15s" });
        var leavers = new List<Employee>();
        var colleague = await company.Employ();
        var before = await colleague.Everywhere();
        for (var i = 0; i < moments.Length; i++)
        {
            var worker = await product.StartWorker();
            leavers.Add(await company.Employ());
            leavers.Add(await company.Employ());
            var reported = await Reported(product);
            await product.Publish([.. leavers.TakeLast(2).Select(leaver => HrEvents.Terminated(leaver))]);
            await Eventually.True($"{moments[i]} more reports", async () => await Reported(product) >= reported + Math.Min(moments[i], 14), TimeSpan.FromSeconds(60));
            worker.Kill();
        }

        await product.StartWorker();
        await product.Completed(leavers.Count, TimeSpan.FromSeconds(120));

        foreach (var leaver in leavers)
        {
            Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        }

        Assert.Equal(before, await colleague.Everywhere());
        Assert.Equal(leavers.Count, await product.Query<long>("select count(*) from sagas"));
        Assert.Equal(leavers.Count * 7L, await product.Query<long>("select count(*) from steps where status = 'succeeded' and outcome in ('changed', 'already')"));
        Assert.Equal(0L, await product.Query<long>("select count(*) from (select stream, payload #>> '{}' from (select stream, convert_from(payload, 'UTF8')::jsonb #> '{facts,step}' as payload from audit where type = 'step-reported' and convert_from(payload, 'UTF8')::jsonb #>> '{facts,status}' = 'succeeded') s group by 1, 2 having count(*) > 1) twice"));
        await product.AuditIsVerified();
    }

    [Fact]
    public async Task A_worker_that_is_told_to_stop_ends_in_order_and_leaves_no_lease_hanging()
    {
        await using var product = await company.Install(new StoryOptions { Lease = "10m" });
        var worker = await product.StartWorker();
        var leavers = new List<Employee>();
        for (var i = 0; i < 5; i++)
        {
            leavers.Add(await company.Employ());
        }

        await product.Publish([.. leavers.Select(leaver => HrEvents.Terminated(leaver))]);
        await Eventually.True("the first report", async () => await Reported(product) > 0);
        worker.Signal(15);

        Assert.Equal(0, await worker.Ended(TimeSpan.FromSeconds(40)));
        await product.StartWorker();

        // With a lease of ten minutes, only what was finished or handed back can complete in time.
        await product.Completed(5, TimeSpan.FromSeconds(60));
    }

    private static Task<long> Reported(Installation product) => product.Query<long>("select count(*) from audit where type = 'step-reported'");
}
