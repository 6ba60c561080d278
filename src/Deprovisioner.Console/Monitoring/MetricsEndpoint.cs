using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Deprovisioner.Console.Monitoring;

/// <summary>
/// <c>/metrics</c>: how the installation stands, and how this process does, in Prometheus' text format 0.0.4 or OpenMetrics 1.0. It names systems and counts, nobody and no id, and asks for no sign-in, since Prometheus has none: whoever
/// terminates TLS in front of the console keeps it from everybody else.
/// </summary>
internal static class MetricsEndpoint
{
    private const string Path = "/metrics";

    public static void Map(WebApplication web)
    {
        InstallationMeter? installation = null;
        var metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("deprovisioner-console", serviceVersion: typeof(MetricsEndpoint).Assembly.GetName().Version?.ToString()))
            .AddInstrumentation(() => installation = new InstallationMeter(web.Services.GetRequiredService<InstallationGauges>().Read, web.Services.GetRequiredService<TimeProvider>(), web.Logger))
            .AddMeter(InstallationMeter.Name, "Npgsql", "System.Runtime", "Microsoft.AspNetCore.Hosting")
            .AddPrometheusExporter(prometheus => prometheus.ScopeInfoEnabled = false)
            .Build();
        web.Lifetime.ApplicationStopped.Register(metrics.Dispose);

        // The instruments are asked synchronously, so what they will say is read before.
        var answer = ((IEndpointRouteBuilder)web).CreateApplicationBuilder()
            .Use(async (HttpContext http, RequestDelegate next) =>
            {
                await installation!.Refresh();
                await next(http);
            })
            .UseOpenTelemetryPrometheusScrapingEndpoint(metrics, predicate: _ => true, path: null, configureBranchedPipeline: null, optionsName: null)
            .Build();
        web.MapGet(Path, answer).AllowAnonymous().ExcludeFromDescription();
    }
}
