using Deprovisioner.Worker.Settings;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Deprovisioner.Worker.Running;

/// <summary><c>/healthz/live</c>: the process works. <c>/healthz/ready</c>: database and bus do too; 503 with the obstacle otherwise.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void Map(WebApplication web)
    {
        web.MapGet("/healthz/live", () => Results.Text("live\n"));
        web.MapGet("/healthz/ready", async (HttpContext http) =>
        {
            var obstacles = await Obstacles(http.RequestServices, http.RequestAborted);
            return obstacles.Count == 0
                ? Results.Text(http.RequestServices.GetRequiredService<ConfigurationInForce>().Refused is { } refused ? $"ready\nconfiguration: {refused}\n" : "ready\n")
                : Results.Text(string.Join('\n', obstacles) + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        });
    }

    private static async Task<List<string>> Obstacles(IServiceProvider services, CancellationToken cancellationToken)
    {
        var obstacles = new List<string>();
        if (services.GetRequiredService<ProcessSettings>().Orchestrates && await DatabaseObstacle(services, cancellationToken) is { } obstacle)
        {
            obstacles.Add(obstacle);
        }

        var bus = services.GetRequiredService<IBusControl>().CheckHealth();
        if (bus.Status is not BusHealthStatus.Healthy)
        {
            obstacles.Add($"bus: {bus.Description}");
        }

        return obstacles;
    }

    private static async Task<string?> DatabaseObstacle(IServiceProvider services, CancellationToken cancellationToken)
    {
        if (!services.GetRequiredService<Readiness>().IsDatabaseReady)
        {
            return "database: not ready yet";
        }

        using var most = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        most.CancelAfter(Patience);
        try
        {
            await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select 1");
            await command.ExecuteScalarAsync(most.Token);
            return null;
        }
        catch (Exception error) when (error is NpgsqlException or OperationCanceledException)
        {
            return "database: does not answer";
        }
    }
}
