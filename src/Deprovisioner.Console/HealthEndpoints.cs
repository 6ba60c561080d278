using System.Data.Common;
using Deprovisioner.Storage;

namespace Deprovisioner.Console;

/// <summary><c>/healthz/live</c>: the process works. <c>/healthz/ready</c>: the database answers and has the tables that this program knows; 503 with the obstacle otherwise.</summary>
internal static class HealthEndpoints
{
    /// <summary>Whoever probes asks again soon; a database that takes longer is not ready.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void Map(WebApplication web)
    {
        web.MapGet("/healthz/live", () => Results.Text("live\n")).AllowAnonymous().ExcludeFromDescription();
        web.MapGet("/healthz/ready", async (SchemaMigrations migrations, CancellationToken aborted) => await Obstacle(migrations, aborted) is { } obstacle
            ? Results.Text(obstacle + "\n", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ready\n")).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<string?> Obstacle(SchemaMigrations migrations, CancellationToken aborted)
    {
        using var most = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        most.CancelAfter(Patience);
        try
        {
            return (await migrations.Standing(most.Token)).Obstacle;
        }
        catch (Exception error) when (error is DbException or OperationCanceledException or InvalidOperationException)
        {
            return "database: does not answer";
        }
    }
}
