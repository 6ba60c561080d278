using System.Data.Common;
using System.Diagnostics.Metrics;
using Deprovisioner.Storage.Reading;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Storage.Telemetry;

/// <summary>Reads them from the database.</summary>
public delegate Task<IReadOnlyList<GaugeReading>> ReadGauges(CancellationToken cancellationToken);

/// <summary>
/// The installation's gauges as instruments. They say what was read last, at most ten seconds ago; while the database is away they say nothing, and <c>deprovisioner.database.up</c> says 0: an old number would be taken for a new one.
/// </summary>
public sealed class InstallationMeter : IDisposable
{
    public const string Name = "Deprovisioner.Installation";

    /// <summary>However many ask, the database is asked this often.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    /// <summary>A scrape gives up after 10 s by default (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#configuration-file).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Meter meter = new(Name);
    private readonly SemaphoreSlim one = new(1);
    private readonly ReadGauges read;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private volatile IReadOnlyList<GaugeReading>? readings;
    private long? readAt;

    public InstallationMeter(ReadGauges read, TimeProvider clock, ILogger log)
    {
        (this.read, this.clock, this.log) = (read, clock, log);
        meter.CreateObservableGauge("deprovisioner.database.up", () => readings is null ? 0 : 1, unit: null, "Whether the database answers");
        foreach (var gauge in InstallationGauge.All)
        {
            meter.CreateObservableGauge(gauge.Name, () => Of(gauge), gauge.Unit, gauge.Description);
        }
    }

    /// <summary>Reads anew what is too old. Whoever comes meanwhile waits for the one that reads.</summary>
    public async Task Refresh()
    {
        await one.WaitAsync();
        try
        {
            if (readAt is { } last && clock.GetElapsedTime(last) < Fresh)
            {
                return;
            }

            readings = await Read();
            readAt = clock.GetTimestamp();
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose()
    {
        meter.Dispose();
        one.Dispose();
    }

    private async Task<IReadOnlyList<GaugeReading>?> Read()
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        try
        {
            return await read(limit.Token);
        }
        catch (Exception error) when (error is DbException or OperationCanceledException or InvalidOperationException)
        {
            log.LogWarning("How the installation stands cannot be read: {Error}", error.Message);
            return null;
        }
    }

    private IEnumerable<Measurement<double>> Of(InstallationGauge gauge)
        => from reading in readings ?? []
           where reading.Gauge == gauge
           select new Measurement<double>(reading.Value, gauge.Labels.Zip(reading.LabelValues, (label, value) => new KeyValuePair<string, object?>(label, value)));
}
