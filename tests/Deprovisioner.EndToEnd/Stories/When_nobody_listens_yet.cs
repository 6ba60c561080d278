using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>Publishing before the first worker has ever run.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_nobody_listens_yet(Company company)
{
    [Fact]
    public async Task Publish_says_so_and_fails_instead_of_losing_the_event()
    {
        await using var product = await company.Install();
        var leaver = await company.Employ();
        var file = product.ConfigPath + ".event.json";
        await File.WriteAllTextAsync(file, HrEvents.Terminated(leaver));

        var (exitCode, output) = await product.TryCli("publish", file);
        Assert.Equal(1, exitCode);
        Assert.Contains("start the worker once", output, StringComparison.Ordinal);

        await product.StartWorker();
        Assert.Contains("published", await product.Cli("publish", file), StringComparison.Ordinal);
        await product.Completed(1);
    }

    [Fact]
    public async Task A_second_worker_on_the_same_health_address_says_what_to_set()
    {
        await using var product = await company.Install();
        var settings = product.Environment();
        await product.StartWorker(settings);

        var second = await ServerProcess.Run(Path.Combine(AppContext.BaseDirectory, "deprovisioner"), ["run"], settings, mayFail: true);

        Assert.Equal(2, second.ExitCode);
        Assert.Contains("Deprovisioner__HealthUrl", second.Output, StringComparison.Ordinal);
    }
}
