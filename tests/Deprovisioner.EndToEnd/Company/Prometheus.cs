using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>A real Prometheus that scrapes a worker and a console every second, by the shipped rules. Only their patience is shorter: seconds in the place of minutes.</summary>
internal sealed partial class Prometheus : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = new Uri($"http://127.0.0.1:{LoopbackPort.Free()}") };
    private readonly TemporaryFolder folder = new("prometheus");
    private readonly ServerProcess process;

    /// <param name="worker">Where the worker tells its health.</param>
    /// <param name="console">Where the console answers, without TLS.</param>
    public Prometheus(Uri worker, Uri console)
    {
        var shipped = Repository.PathOf("deploy", "monitoring");
        folder.Write("rules.yaml", Patience().Replace(File.ReadAllText(Path.Combine(shipped, "rules.yaml")), "        for: 1s").Replace("offset 30m", "offset 10s", StringComparison.Ordinal));
        folder.Write("prometheus.yml", File.ReadAllText(Path.Combine(shipped, "prometheus.yml"))
            .Replace("\"orchestrator:8081\", \"connectors:8081\"", $"\"{worker.Authority}\"", StringComparison.Ordinal)
            .Replace("console:8082", console.Authority, StringComparison.Ordinal)
            .Replace("_interval: 15s", "_interval: 1s", StringComparison.Ordinal));
        process = ServerProcess.Start("prometheus", [$"--config.file={folder["prometheus.yml"]}", $"--storage.tsdb.path={folder["data"]}", $"--web.listen-address={http.BaseAddress!.Authority}"]);
    }

    /// <summary>Waits until both are scraped and no alert fires.</summary>
    public Task Watches() => Eventually.True("nothing to be wrong", async () => await Value("count(up == 1)") == "2" && (await Firing()).Count == 0, TimeSpan.FromSeconds(60));

    /// <summary>Waits until an alert fires, and gives it.</summary>
    public Task<JsonNode> Fires(string name)
        => Eventually.Value($"{name} to fire", async () => (await Firing()).FirstOrDefault(alert => alert["labels"]!["alertname"]!.GetValue<string>() == name), TimeSpan.FromSeconds(60));

    /// <summary>Waits until no alert fires any more.</summary>
    public Task IsQuiet() => Eventually.True("the alerts to end", async () => (await Firing()).Count == 0, TimeSpan.FromSeconds(60));

    /// <summary>Of an expression with one result; null: it has none now.</summary>
    public async Task<string?> Value(string expression)
        => await Asked($"/api/v1/query?query={Uri.EscapeDataString(expression)}", "result") is [{ } one] ? one["value"]![1]!.GetValue<string>() : null;

    public void Dispose()
    {
        http.Dispose();
        process.Dispose();
        folder.Dispose();
    }

    /// <summary>https://prometheus.io/docs/prometheus/latest/querying/api/#alerts</summary>
    private async Task<IReadOnlyList<JsonNode>> Firing()
        => [.. (await Asked("/api/v1/alerts", "alerts")).Select(alert => alert!).Where(alert => alert["state"]!.GetValue<string>() == "firing")];

    private async Task<JsonArray> Asked(string path, string part) => JsonNode.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative)))!["data"]![part]!.AsArray();

    [GeneratedRegex("^        for: .+$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Patience();
}
