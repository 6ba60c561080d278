using Deprovisioner.Worker.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Deprovisioner.Worker.Telemetry;

/// <summary>
/// Serves metrics at <c>/metrics</c> where the health endpoints listen, and sends spans and metrics by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the OpenTelemetry SDK's other variables apply as well
/// (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). The one place that OpenTelemetry.Extensions.Hosting would take over.
/// </summary>
internal sealed class TelemetryExport : IHostedService, IDisposable
{
    public const string MetricsPath = "/metrics";
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static readonly string[] Sources = [WorkerTelemetry.Name, "Deprovisioner.Connectors", "MassTransit", "Npgsql"];
    private OpenTelemetrySdk? sdk;

    public TelemetryExport(ProcessSettings settings)
    {
        var (serves, sends) = (settings.HealthUrl is not null, !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable)));
        if (serves || sends)
        {
            sdk = OpenTelemetrySdk.Create(builder =>
            {
                builder.ConfigureResource(resource => resource.AddService("deprovisioner", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString()));
                builder.WithMetrics(metrics => Metrics(metrics, serves, sends));
                if (sends)
                {
                    builder.WithTracing(tracing => tracing.AddSource(Sources).AddOtlpExporter());
                }
            });
        }
    }

    /// <summary>Prometheus' text format 0.0.4, or OpenMetrics 1.0 with exemplars for whoever asks for it; exemplars name traces, so there are some where spans are sent.</summary>
    public void Map(WebApplication web) => web.MapPrometheusScrapingEndpoint(MetricsPath, sdk!.MeterProvider, configureBranchedPipeline: null, optionsName: null);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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

    private static void Metrics(MeterProviderBuilder metrics, bool serves, bool sends)
    {
        metrics.AddMeter(Sources).AddMeter("System.Runtime").SetExemplarFilter(ExemplarFilterType.TraceBased);
        if (serves)
        {
            // Instruments have unique names here: the name of their meter as a label of each series would say nothing.
            metrics.AddPrometheusExporter(prometheus => prometheus.ScopeInfoEnabled = false);
        }

        if (sends)
        {
            metrics.AddOtlpExporter();
        }
    }
}
