using System.Diagnostics;
using System.Net.Http.Headers;
using Deprovisioner.Testing;
using Deprovisioner.Worker.Running;
using Deprovisioner.Worker.Settings;
using Microsoft.Extensions.Hosting;

namespace Deprovisioner.Worker.Tests.Telemetry;

/// <summary>What a worker answers at <c>/metrics</c>, asked over HTTP.</summary>
public sealed class ServedMetricsTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new("served");
    private readonly HttpClient http = new();
    private readonly Uri url = new($"http://127.0.0.1:{LoopbackPort.Free()}");
    private IHost host = null!;

    public async Task InitializeAsync()
    {
        var settings = new ProcessSettings
        {
            // Nobody listens there: a worker without its database is measured too.
            Database = $"Host=127.0.0.1;Port={LoopbackPort.Free()}",
            ConfigPath = folder.Write("small.yaml", SmallConfiguration.Text),
            Roles = new HashSet<string> { ProcessSettings.Orchestrator, ProcessSettings.Connectors },
            HealthUrl = url,
        };
        host = WorkerHost.Build(settings, ConfigurationFile.Load(settings.ConfigPath));
        await host.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        http.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Every_approved_metric_of_a_worker_is_served_under_its_approved_name_type_and_labels_and_promtool_has_nothing_against_them()
    {
        EveryInstrument.Measure();

        var (text, type) = await Scrape("text/plain;version=0.0.4");

        Assert.Equal("text/plain", type.MediaType);
        var ours = text.Split('\n').Where(line => line.Contains("deprovisioner_", StringComparison.Ordinal)).ToList();
        var served = ours.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToDictionary(words => words[2], words => words[3]);
        Assert.All(served, one => Assert.Equal(ApprovedInstruments.Types[one.Key], one.Value));
        Assert.Contains("deprovisioner_time_to_contain_seconds", served.Keys);
        Assert.True(served.Count > 25, $"Only {string.Join(", ", served.Keys)}.");
        foreach (var line in ours.Where(line => line[0] != '#'))
        {
            Assert.Contains(line.Split('{', ' ')[0], ApprovedInstruments.Series);
        }

        Assert.Contains("deprovisioner_database_ready{} 0", ours);
        Assert.Contains("deprovisioner_configuration_refused{} 0", ours);
        var lint = await ServerProcess.Run("sh", ["-c", "exec promtool check metrics < \"$0\"", folder.Write("metrics", string.Join('\n', ours) + "\n")], mayFail: true);
        Assert.Equal((0, ""), (lint.ExitCode, lint.Output.Trim()));
        Assert.Contains("dotnet_process_cpu_time_seconds_total", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_asks_for_OpenMetrics_gets_exemplars_that_name_the_trace()
    {
        const string Source = nameof(ServedMetricsTests);
        using var source = new ActivitySource(Source);
        using var listener = new ActivityListener { ShouldListenTo = s => s.Name == Source, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        string trace;
        using (var activity = source.StartActivity("story"))
        {
            trace = activity!.TraceId.ToHexString();
            EveryInstrument.Measure();
        }

        var (text, type) = await Scrape("application/openmetrics-text;version=1.0.0");

        Assert.Equal("application/openmetrics-text", type.MediaType);
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
        Assert.Contains(text.Split('\n'), line => line.StartsWith("deprovisioner_time_to_contain_seconds_bucket", StringComparison.Ordinal) && line.Contains($"# {{trace_id=\"{trace}\"", StringComparison.Ordinal));
    }

    private async Task<(string Text, MediaTypeHeaderValue Type)> Scrape(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, "/metrics"));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType!);
    }
}
