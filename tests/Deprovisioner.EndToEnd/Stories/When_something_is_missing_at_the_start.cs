using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>A worker that comes up before what it needs, or with a bad configuration.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_something_is_missing_at_the_start(Company company)
{
    [Fact]
    public async Task It_waits_for_a_database_that_is_not_there_yet_says_so_and_then_works()
    {
        await using var product = await company.Install();
        var settings = product.Environment();
        var later = LoopbackPort.Free();
        settings["ConnectionStrings__Deprovisioner"] = new Npgsql.NpgsqlConnectionStringBuilder(settings["ConnectionStrings__Deprovisioner"]!) { Port = later }.ConnectionString;
        var worker = await product.StartWorker(settings, waitUntilReady: false);
        using var http = new HttpClient();
        await Eventually.True("it to say what is missing", () => Task.FromResult(worker.Output.Contains("the database does not answer", StringComparison.Ordinal)));

        Assert.Equal(503, (int)(await http.GetAsync(new Uri(settings["Deprovisioner__HealthUrl"] + "/healthz/ready"))).StatusCode);
        Assert.Equal(200, (int)(await http.GetAsync(new Uri(settings["Deprovisioner__HealthUrl"] + "/healthz/live"))).StatusCode);

        await using var relay = TcpRelay.Start(later, company.Postgres.Port);
        await Eventually.True("it to be ready", async () => (await http.GetAsync(new Uri(settings["Deprovisioner__HealthUrl"] + "/healthz/ready"))).IsSuccessStatusCode, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task It_waits_for_a_broker_that_is_not_there_yet_and_then_works()
    {
        await using var product = await company.Install();
        var settings = product.Environment();
        var later = LoopbackPort.Free();
        settings["ConnectionStrings__RabbitMq"] = new UriBuilder(product.Broker) { Port = later }.Uri.ToString();
        var worker = await product.StartWorker(settings, waitUntilReady: false);
        using var http = new HttpClient();
        await Eventually.True(
            "it to be alive and not ready", async () => (int)(await http.GetAsync(new Uri(settings["Deprovisioner__HealthUrl"] + "/healthz/ready"))).StatusCode == 503);
        await using var relay = TcpRelay.Start(later, company.Broker.Port);
        await Eventually.True("it to be ready", async () => (await http.GetAsync(new Uri(settings["Deprovisioner__HealthUrl"] + "/healthz/ready"))).IsSuccessStatusCode, TimeSpan.FromSeconds(90));
        Assert.False(worker.HasExited);
        var leaver = await company.Employ();
        await product.Publish(HrEvents.Terminated(leaver));
        await product.Completed(1);
    }

    [Fact]
    public async Task A_bad_configuration_starts_nothing_and_names_every_fault_with_its_place()
    {
        await using var product = await company.Install();
        await File.WriteAllTextAsync(product.ConfigPath, "systems:\n  crm: {connector: scimm, token: plain-secret}\npolicies:\n  - {name: x, when: {event: terminatd}, stages: []}\n");

        var (exitCode, output) = await product.TryCli("run");

        Assert.Equal(2, exitCode);
        Assert.Contains("deprovisioner.yaml:2:", output, StringComparison.Ordinal);
        Assert.Contains("deprovisioner.yaml:4:", output, StringComparison.Ordinal);
        Assert.DoesNotContain("plain-secret", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_broker_one_process_does_everything()
    {
        await using var product = await company.Install();
        var settings = product.Environment();
        settings["ConnectionStrings__RabbitMq"] = null;
        await product.StartWorker(settings);
        var leaver = await company.Employ();
        var file = product.ConfigPath + ".event.json";
        await File.WriteAllTextAsync(file, HrEvents.Terminated(leaver));

        await ServerProcess.Run(Path.Combine(AppContext.BaseDirectory, "deprovisioner"), ["publish", file], settings);
        await product.Completed(1);

        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        File.Delete(file);
    }
}
