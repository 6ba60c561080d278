using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>A real Prometheus scrapes a worker and a console, by the shipped rules.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_Prometheus_watches(Company company) : IDisposable
{
    private readonly HttpClient http = new();
    private readonly TemporaryFolder folder = new("secrets");

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task An_expired_credential_raises_an_alert_with_its_runbook_entry_and_the_new_one_ends_it()
    {
        folder.Write("crm", "expired-token");
        await using var product = await company.Install(new StoryOptions { CrmToken = $"${{file:{folder["crm"]}}}" });
        var settings = product.Environment();
        await product.StartWorker(settings);
        var (worker, console) = (new Uri(settings["Deprovisioner__HealthUrl"]!), new Uri($"http://127.0.0.1:{LoopbackPort.Free()}"));
        product.StartConsole(console.GetLeftPart(UriPartial.Authority));
        using var prometheus = new Prometheus(worker, console);
        await prometheus.Watches();

        var leaver = await company.Employ();
        await product.Publish(HrEvents.Terminated(leaver));
        var alert = await prometheus.Fires("DeprovisionerSystemUnauthorized");

        Assert.Equal(("crm", "critical"), (alert["labels"]!["system"]!.GetValue<string>(), alert["labels"]!["severity"]!.GetValue<string>()));
        Assert.EndsWith("runbook.md#deprovisionersystemunauthorized", alert["annotations"]!["runbook_url"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("1", await prometheus.Value("deprovisioner_orchestrators"));
        Assert.DoesNotContain(leaver.UserName, await http.GetStringAsync(new Uri(console, "/metrics")), StringComparison.Ordinal);

        // As the runbook says.
        folder.Write("crm", company.Crm.Token);
        await product.Cli("systems", "resume", "crm", "--why", "the token was renewed");
        await product.Completed(1);
        await prometheus.IsQuiet();

        await Eventually.True("the containment to be measured", async () => await prometheus.Value("sum(deprovisioner_time_to_contain_seconds_count{kind=\"leaver\"})") == "1");
        Assert.Equal("1", await prometheus.Value("deprovisioner_system_gate_changes_total{system=\"crm\",gate=\"unauthorized\"}"));
        Assert.NotEqual("0", await prometheus.Value("sum(deprovisioner_steps_retried_total{system=\"crm\",outcome=\"unauthorized\"})"));
        Assert.DoesNotContain(leaver.UserName, await http.GetStringAsync(new Uri(worker, "/metrics")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_console_whose_database_is_away_says_so_and_nothing_else_of_the_installation()
    {
        await using var product = await company.Install();
        var url = $"http://127.0.0.1:{LoopbackPort.Free()}";
        product.StartConsole(url, new Dictionary<string, string?> { ["ConnectionStrings__Deprovisioner"] = $"Host=127.0.0.1;Port={LoopbackPort.Free()};Database=nobody;Username=nobody" });

        var metrics = await Eventually.Value("an answer", async () => await http.GetStringAsync(new Uri(url + "/metrics")));

        Assert.Contains("\ndeprovisioner_database_up{} 0\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("\ndeprovisioner_sagas", metrics, StringComparison.Ordinal);
    }
}
