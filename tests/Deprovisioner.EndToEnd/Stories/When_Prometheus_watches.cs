using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>A real Prometheus scrapes a worker and a console, by the shipped rules. Only their patience is shorter: a second in the place of minutes.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed partial class When_Prometheus_watches(Company company) : IDisposable
{
    private readonly HttpClient http = new();
    private readonly TemporaryFolder folder = new("prometheus");

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
        var console = $"http://127.0.0.1:{LoopbackPort.Free()}";
        using var consoleProcess = StartConsole(console, company.Postgres.ConnectionString(product.Name, DatabaseRole.Console, DatabaseRole.Console));
        var url = $"http://127.0.0.1:{LoopbackPort.Free()}";
        using var prometheus = StartPrometheus(url, new Uri(settings["Deprovisioner__HealthUrl"]!), new Uri(console));
        await Eventually.True("nothing to be wrong", async () => (await Value(url, "count(up == 1)")) == "2" && (await Firing(url)).Count == 0, TimeSpan.FromSeconds(60));

        var leaver = await company.Employ();
        await product.Publish(HrEvents.Terminated(leaver));
        var alert = await Eventually.Value("the alert", async () => (await Firing(url)).FirstOrDefault(a => a["labels"]!["alertname"]!.GetValue<string>() == "DeprovisionerSystemUnauthorized"), TimeSpan.FromSeconds(60));

        Assert.Equal(("crm", "critical"), (alert["labels"]!["system"]!.GetValue<string>(), alert["labels"]!["severity"]!.GetValue<string>()));
        Assert.EndsWith("runbook.md#deprovisionersystemunauthorized", alert["annotations"]!["runbook_url"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("1", await Value(url, "deprovisioner_orchestrators"));
        Assert.DoesNotContain(leaver.UserName, await http.GetStringAsync(new Uri(console + "/metrics")), StringComparison.Ordinal);

        // As the runbook says.
        folder.Write("crm", company.Crm.Token);
        await product.Cli("systems", "resume", "crm", "--why", "the token was renewed");
        await product.Completed(1);
        await Eventually.True("the alert to end", async () => (await Firing(url)).Count == 0, TimeSpan.FromSeconds(60));

        await Eventually.True("the containment to be measured", async () => await Value(url, "sum(deprovisioner_time_to_contain_seconds_count{kind=\"leaver\"})") == "1");
        Assert.Equal("1", await Value(url, "deprovisioner_system_gate_changes_total{system=\"crm\",gate=\"unauthorized\"}"));
        Assert.NotEqual("0", await Value(url, "sum(deprovisioner_steps_retried_total{system=\"crm\",outcome=\"unauthorized\"})"));
        Assert.DoesNotContain(leaver.UserName, await http.GetStringAsync(new Uri(settings["Deprovisioner__HealthUrl"] + "/metrics")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_console_whose_database_is_away_says_so_and_nothing_else_of_the_installation()
    {
        var url = $"http://127.0.0.1:{LoopbackPort.Free()}";
        using var console = StartConsole(url, $"Host=127.0.0.1;Port={LoopbackPort.Free()};Database=nobody;Username=nobody");

        var metrics = await Eventually.Value("an answer", async () => await http.GetStringAsync(new Uri(url + "/metrics")));

        Assert.Contains("\ndeprovisioner_database_up{} 0\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("\ndeprovisioner_sagas", metrics, StringComparison.Ordinal);
    }

    private ServerProcess StartConsole(string url, string database)
        => ServerProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "deprovisioner-console"), [], new Dictionary<string, string?> { ["ConnectionStrings__Deprovisioner"] = database, ["ASPNETCORE_URLS"] = url }, folder.Path);

    private ServerProcess StartPrometheus(string url, Uri worker, Uri console)
    {
        var shipped = Repository.PathOf("deploy", "monitoring");
        folder.Write("rules.yaml", Patience().Replace(File.ReadAllText(Path.Combine(shipped, "rules.yaml")), "        for: 1s"));
        var configuration = File.ReadAllText(Path.Combine(shipped, "prometheus.yml"))
            .Replace("\"orchestrator:8081\", \"connectors:8081\"", $"\"{worker.Authority}\"", StringComparison.Ordinal)
            .Replace("console:8082", console.Authority, StringComparison.Ordinal)
            .Replace("_interval: 15s", "_interval: 1s", StringComparison.Ordinal);
        folder.Write("prometheus.yml", configuration);
        return ServerProcess.Start("prometheus", [$"--config.file={folder["prometheus.yml"]}", $"--storage.tsdb.path={folder["data"]}", $"--web.listen-address={new Uri(url).Authority}"]);
    }

    /// <summary>https://prometheus.io/docs/prometheus/latest/querying/api/#alerts</summary>
    private async Task<IReadOnlyList<JsonNode>> Firing(string url)
        => [.. JsonNode.Parse(await http.GetStringAsync(new Uri(url + "/api/v1/alerts")))!["data"]!["alerts"]!.AsArray().Select(alert => alert!).Where(alert => alert["state"]!.GetValue<string>() == "firing")];

    /// <summary>Of an expression with one result; null: it has none now.</summary>
    private async Task<string?> Value(string url, string expression)
        => JsonNode.Parse(await http.GetStringAsync(new Uri($"{url}/api/v1/query?query={Uri.EscapeDataString(expression)}")))!["data"]!["result"]!.AsArray() is [{ } one] ? one["value"]![1]!.GetValue<string>() : null;

    [GeneratedRegex("^        for: .+$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Patience();
}
