using System.Globalization;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>The broker only carries: what it loses is sent again.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_the_broker_is_emptied(Company company)
{
    [Fact]
    public async Task Commands_lost_on_the_way_are_sent_again_when_their_lease_runs_out()
    {
        await using var product = await company.Install(new StoryOptions { Lease = "15s" });
        var orchestrator = product.Environment();
        orchestrator["Deprovisioner__Roles"] = "orchestrator";
        var connectors = product.Environment();
        connectors["Deprovisioner__Roles"] = "connectors";
        connectors["ConnectionStrings__Deprovisioner"] = null;
        await product.StartWorker(orchestrator);
        var host = await product.StartWorker(connectors);
        await Task.WhenAll(new[] { "directory", "crm", "warehouse" }.Select(system => Bound(system)));

        // With the connector host gone, commands wait in their queues, and are lost there.
        host.Kill();
        var leaver = await company.Employ();
        await product.Publish(HrEvents.Terminated(leaver));
        await Eventually.True("commands to wait in the broker", async () => await Waiting() >= 3);
        await company.Broker.PurgeAll();
        await product.StartWorker(new Dictionary<string, string?>(connectors));

        await product.Completed(1, TimeSpan.FromSeconds(90));
        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        Assert.True(await product.Query<int>("select max(sends) from steps") > 1, "nothing was lost, so nothing was proved");
        await product.AuditIsVerified();

        async Task Bound(string system) => await Eventually.True($"the queue of {system}", async () => await Messages(system) is not null);
        async Task<int> Waiting() => (await Task.WhenAll(new[] { "directory", "crm", "warehouse" }.Select(Messages))).Sum(n => n ?? 0);
        async Task<int?> Messages(string system)
        {
            var lines = (await company.Broker.Control("-q", "list_queues", "-p", product.Name, "--no-table-headers", "name", "messages_ready")).Split('\n');
            return lines.Select(line => line.Split('\t')).FirstOrDefault(cells => cells[0] == $"deprovisioner.system.{system}") is { } found ? int.Parse(found[1], CultureInfo.InvariantCulture) : null;
        }
    }
}
