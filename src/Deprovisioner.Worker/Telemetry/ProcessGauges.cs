using System.Diagnostics.Metrics;
using Deprovisioner.Worker.Running;
using Deprovisioner.Worker.Settings;
using MassTransit;
using Microsoft.Extensions.Hosting;

namespace Deprovisioner.Worker.Telemetry;

/// <summary>What this process knows of itself, asked whenever somebody measures: 1 where it is so, else 0.</summary>
internal sealed class ProcessGauges(ProcessSettings settings, ConfigurationInForce configuration, Readiness readiness, IBusControl bus) : IHostedService, IDisposable
{
    private readonly Meter meter = new(WorkerTelemetry.Name);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Gauge("deprovisioner.configuration.refused", "Whether the configuration file as it stands is refused, so that an older one is in force", () => configuration.Refused is not null);
        Gauge("deprovisioner.bus.up", "Whether the bus is connected", () => bus.CheckHealth().Status is BusHealthStatus.Healthy);
        if (settings.Orchestrates)
        {
            Gauge("deprovisioner.database.ready", "Whether the database has answered since the start, with the tables that this program knows", () => readiness.IsDatabaseReady);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => meter.Dispose();

    private void Gauge(string name, string description, Func<bool> isSo) => meter.CreateObservableGauge(name, () => isSo() ? 1 : 0, unit: null, description);
}
