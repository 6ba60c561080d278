using System.Net;
using System.Net.Sockets;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>SIGTERM at a bad moment: a target hangs, or the broker or the database is away. The lease is ten minutes, so what is done soon after the next start was finished or handed back, and hangs nowhere.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_the_worker_is_told_to_stop(Company company)
{
    /// <summary>What a .NET host, systemd and Kubernetes wait for, unless told.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    private readonly StoryOptions options = new() { Lease = "10m" };

    [Fact]
    public async Task A_step_on_a_target_that_hangs_is_handed_back()
    {
        var crm = new Uri(company.Crm.Url);
        var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        await using var product = await company.Install(options with { CrmUrl = new UriBuilder(crm) { Port = port }.ToString() });
        var worker = await product.StartWorker();
        var leaver = await company.Employ();
        await product.Publish(HrEvents.Terminated(leaver));
        await Eventually.True("the CRM's step to be under way, and the others done", async () => await product.Query<long>(
            "select count(*) filter (where system = 'crm' and status = 'in-flight') * count(*) filter (where system <> 'crm' and stage = 0 and status = 'succeeded') from steps") >= 3);

        await Stops(worker);
        silent.Dispose();
        await using var relay = TcpRelay.Start(port, crm.Port);
        await product.StartWorker();

        await product.Completed(1);
        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        await product.AuditIsVerified();
    }

    [Fact]
    public async Task With_the_broker_away_it_stops_in_time_and_nothing_waits_for_a_lease()
    {
        await using var product = await company.Install(options);
        var (worker, leavers) = await UnderWay(product);

        await company.Broker.Stop();
        try
        {
            await Stops(worker);
        }
        finally
        {
            await company.Broker.Start();
        }

        await EverybodyIsCut(product, leavers);
    }

    [Fact]
    public async Task With_the_database_away_it_stops_in_time_and_nothing_waits_for_a_lease()
    {
        await using var product = await company.Install(options);
        var (worker, leavers) = await UnderWay(product);

        await company.Postgres.Stop();
        try
        {
            await Stops(worker);
        }
        finally
        {
            await company.Postgres.Start();
        }

        await EverybodyIsCut(product, leavers);
    }

    private static async Task Stops(ServerProcess worker)
    {
        worker.Signal(15);
        Assert.Equal(0, await worker.Ended(Within));
    }

    private async Task<(ServerProcess Worker, List<Employee> Leavers)> UnderWay(Installation product)
    {
        var worker = await product.StartWorker();
        var leavers = new List<Employee>();
        for (var i = 0; i < 4; i++)
        {
            leavers.Add(await company.Employ());
        }

        await product.Publish([.. leavers.Select(leaver => HrEvents.Terminated(leaver))]);
        await product.TakenIn(leavers.Count);
        await Eventually.True("a step to be under way", async () => await product.Query<long>("select count(*) from steps where sends > 0") > 0);
        return (worker, leavers);
    }

    private static async Task EverybodyIsCut(Installation product, List<Employee> leavers)
    {
        await product.StartWorker();
        await product.Completed(leavers.Count);
        foreach (var leaver in leavers)
        {
            Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        }

        await product.AuditIsVerified();
    }
}
