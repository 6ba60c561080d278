using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>
/// The restrictions of <c>deploy/container</c>, <c>kubernetes</c> and <c>systemd</c>, as far as they can be had without an engine, a cluster or a service manager: a user of its own, no capability,
/// no new privileges, a read-only file system with a small <c>/tmp</c> in memory, its own process ids. By bubblewrap.
/// </summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_nothing_may_be_written(Company company)
{
    [Fact]
    public async Task Both_roles_do_the_job_and_a_secret_comes_from_a_file()
    {
        await using var product = await company.Install();
        var broker = Path.Combine(product.FolderPath, "broker");
        await File.WriteAllTextAsync(broker, product.Broker + "\n");
        var leaver = await company.Employ();
        foreach (var role in new[] { "orchestrator", "connectors" })
        {
            var settings = product.Environment();
            settings["Deprovisioner__Roles"] = role;
            settings["ConnectionStrings__RabbitMq"] = $"${{file:{broker}}}";
            settings["DOTNET_EnableDiagnostics"] = "0";
            await product.StartWorker(settings, within: Sandbox(product));
        }

        await product.Publish(HrEvents.Terminated(leaver));
        await product.Completed(1);

        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
    }

    /// <summary>Else the story above would prove nothing.</summary>
    [Fact]
    public async Task The_sandbox_is_one()
    {
        await using var product = await company.Install();
        var inside = new List<string>(Sandbox(product));

        var said = await ServerProcess.Run(
            inside[0], [.. inside[1..], "sh", "-c", $"id -u; grep -E '^(CapEff|CapBnd|NoNewPrivs):' /proc/self/status; touch /etc/x {product.FolderPath}/x /var/tmp/x {AppContext.BaseDirectory}/x || touch /tmp/x && echo tmp"], mayFail: true);

        Assert.Contains("10001", said.Output, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t0000000000000000", said.Output, StringComparison.Ordinal);
        Assert.Contains("CapBnd:\t0000000000000000", said.Output, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1", said.Output, StringComparison.Ordinal);
        Assert.Equal(4, said.Output.Split("Read-only file system").Length - 1);
        Assert.Contains("tmp", said.Output.Split('\n'));
    }

    private static string[] Sandbox(Installation product) =>
    [
        "bwrap", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",

        // Both may lie below /tmp, which is an empty one in there.
        "--ro-bind", AppContext.BaseDirectory, AppContext.BaseDirectory, "--ro-bind", product.FolderPath, product.FolderPath,
        "--unshare-user", "--unshare-pid", "--unshare-ipc", "--uid", "10001", "--gid", "10001", "--cap-drop", "ALL", "--die-with-parent", "--new-session", "--chdir", product.FolderPath,
    ];
}
