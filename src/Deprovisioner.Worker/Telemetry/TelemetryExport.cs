using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Deprovisioner.Worker.Telemetry;

/// <summary>
/// Sends spans and metrics by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the OpenTelemetry SDK's other variables apply as well
/// (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). The one place that OpenTelemetry.Extensions.Hosting would take over.
/// </summary>
internal sealed class TelemetryExport : IHostedService, IDisposable
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static readonly string[] Sources = [WorkerTelemetry.Name, "Deprovisioner.Connectors", "MassTransit", "Npgsql"];
    private OpenTelemetrySdk? sdk;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable)))
        {
            sdk = OpenTelemetrySdk.Create(builder => builder
                .ConfigureResource(resource => resource.AddService("deprovisioner", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString()))
                .WithTracing(tracing => tracing.AddSource(Sources).AddOtlpExporter())
                .WithMetrics(metrics => metrics.AddMeter(Sources).AddMeter("System.Runtime").AddOtlpExporter()));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        sdk?.Dispose();
        sdk = null;
    }
}
