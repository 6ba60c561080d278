using Deprovisioner.Core.Policies;
using Deprovisioner.Storage;
using Deprovisioner.Storage.Writing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Waits until the database is there with the right schema, takes the configuration up, then writes facts until the end.</summary>
internal sealed class DatabaseStart(
    SchemaMigrations migrations, SystemRegistry systems, Configuration configuration, FactWriter writer, Readiness readiness, DatabaseClock clock, ILogger<DatabaseStart> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isNew = false;
        while (await Obstacle(taken => isNew = taken, stoppingToken) is { } obstacle)
        {
            log.LogWarning("Not ready: {Obstacle} Trying again in {Pause}.", obstacle, Pause);
            await Task.Delay(Pause, clock, stoppingToken);
        }

        log.LogInformation("The database is ready; configuration {Version} is in force.", configuration.Version[..12]);
        if (configuration.Guard is null)
        {
            log.LogWarning("The configuration has no guard: any number of people may leave at once, and nobody is asked.");
        }

        readiness.DatabaseIsReady();
        var writing = writer.Run(stoppingToken);
        if (isNew)
        {
            await writer.Commit(new Fact.ConfigurationTakenUp(configuration.Version), stoppingToken);
        }

        await writing;
    }

    private async Task<string?> Obstacle(Action<bool> taken, CancellationToken stoppingToken)
    {
        try
        {
            var standing = await migrations.Standing(stoppingToken);
            if (standing.Obstacle is { } obstacle)
            {
                return obstacle;
            }

            if (standing.Newer.Count > 0)
            {
                log.LogInformation("The database is newer than this version, which knows nothing of {Newer}, and may work all the same.", string.Join(", ", standing.Newer));
            }

            // Before anything is decided.
            await clock.Read(stoppingToken);
            taken(await systems.TakeUp(configuration, stoppingToken));
            return null;
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            return $"the database does not answer: {error.Message}.";
        }
    }
}
