namespace Deprovisioner.EndToEnd;

/// <summary>A team starts with mode: observe. Nothing is changed, all screens say so, and once it enforces, a repeated termination really cuts.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_everything_is_only_observed(Company company)
{
    [Fact]
    public async Task Nothing_changes_and_a_termination_that_is_repeated_after_enforcing_cuts()
    {
        await using var product = await company.Install(new StoryOptions { MoreKeys = "mode: observe" });
        var worker = await product.StartWorker();
        var leaver = await company.Employ();

        await product.Publish(HrEvents.Terminated(leaver));
        await product.Reached(leaver, "completed");

        Assert.Equal(Employee.FullAccess, await leaver.Everywhere());
        Assert.Contains("Mode observe: nothing is changed on any system.", worker.Output, StringComparison.Ordinal);
        Assert.Contains("Every system is only observed", await product.Cli("systems", "list"), StringComparison.Ordinal);
        Assert.Contains("Every system is only observed", await product.Cli("plan", leaver.PersonId), StringComparison.Ordinal);
        Assert.Contains("observed", await product.Cli("sagas", "list"), StringComparison.Ordinal);
        var saga = await product.Query<Guid>("select saga_id from sagas");
        Assert.Contains("were only observed: nothing was changed by them", await product.Cli("sagas", "show", saga.ToString()), StringComparison.Ordinal);

        worker.Signal(15);
        await worker.Ended(TimeSpan.FromSeconds(40));
        await File.WriteAllTextAsync(product.ConfigPath, (await File.ReadAllTextAsync(product.ConfigPath)).Replace("mode: observe", "mode: enforce", StringComparison.Ordinal));
        await product.StartWorker();
        await product.Publish(HrEvents.Terminated(leaver, sequence: 3));
        await product.Completed(2);

        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
    }
}
