using Deprovisioner.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Ends a worker under which the schema was changed so that its version cannot work any more. A migrator waits for connected workers; this is for one that it did not see.</summary>
internal sealed class SchemaWatch(SchemaMigrations migrations, IHostApplicationLifetime application, Readiness readiness, TimeProvider clock, ILogger<SchemaWatch> log) : BackgroundService
{
    /// <summary>Until then such a worker's statements fail, and nothing is acknowledged.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.Database.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Look, clock, stoppingToken);
            try
            {
                if (await migrations.Standing(stoppingToken) is { ClosedBy: not null } standing)
                {
                    log.LogCritical("This worker stops: {Obstacle}", standing.Obstacle);
                    Environment.ExitCode = 1;
                    application.StopApplication();
                    return;
                }
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogDebug("The schema could not be looked at ({Error}); the next look follows in {Look}.", error.Message, Look);
            }
        }
    }
}
