using System.Diagnostics.Metrics;
using Deprovisioner.Testing;
using Deprovisioner.Worker.Running;
using Deprovisioner.Worker.Settings;
using Deprovisioner.Worker.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Deprovisioner.Worker.Tests.Telemetry;

public sealed class InstrumentsTests
{
    [Fact]
    public async Task Names_units_labels_and_attributes_are_the_approved_ones()
    {
        using var folder = new TemporaryFolder("instruments");
        using var measured = new Measurements("Deprovisioner");
        using var host = WorkerHost.Build(
            new ProcessSettings
            {
                Database = "Host=127.0.0.1",
                ConfigPath = folder.Write("small.yaml", SmallConfiguration.Text),
                Roles = new HashSet<string> { ProcessSettings.Orchestrator, ProcessSettings.Connectors },
            },
            ConfigurationFile.Load(folder["small.yaml"]));
        await host.Services.GetServices<IHostedService>().OfType<ProcessGauges>().Single().StartAsync(default);
        using var installation = await EveryInstrument.Installation();
        EveryInstrument.Measure();
        measured.Observe();

        var instruments = measured.Instruments.DistinctBy(i => i.Name).Select(i => Line(i, measured)).Order(StringComparer.Ordinal);
        var spans = EveryInstrument.Spans().Select(span => $"span {span.OperationName} | {span.Kind} | {string.Join(' ', span.TagObjects.Select(t => t.Key).Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal);

        Assert.Null(ApprovedFile.Difference("Deprovisioner.Worker.Tests", "Telemetry", ApprovedInstruments.Name, string.Join('\n', instruments.Concat(spans))));
    }

    /// <summary>An instrument that <see cref="EveryInstrument"/> forgets has no measurement, and fails here.</summary>
    private static string Line(Instrument instrument, Measurements measured)
    {
        var labels = measured.All.Where(m => m.Instrument.Name == instrument.Name).Select(m => string.Join(' ', m.Tags.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(tag => tag.Split('=')[0]))).Distinct().ToList();
        Assert.True(labels.Count == 1, $"{instrument.Name} was measured with {labels.Count} sets of labels: {string.Join("; ", labels)}");
        Assert.False(string.IsNullOrEmpty(instrument.Description));
        return $"{ApprovedInstruments.InPrometheus(instrument)} | {ApprovedInstruments.TypeOf(instrument)} | {instrument.Unit ?? "1 or 0"} | {labels[0]} | {instrument.Name} | {instrument.Description}";
    }
}
