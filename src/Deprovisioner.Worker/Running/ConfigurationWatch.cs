using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Worker.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

// Theory of operation. Each process looks at its own file. A changed one that is valid is taken up in this order: first the connector host serves its systems, so that nothing is sent which nobody
// takes; then the systems' rows and the configuration's text are written, and the change is in the audit; last, this process decides by it. A stop between two of them leaves what the next start
// does anyway. Sagas that run keep the plan they were given. A file with faults changes nothing: it is refused once, with all its faults.

/// <summary>Takes up a changed configuration file while the process runs.</summary>
internal sealed class ConfigurationWatch(
    ProcessSettings settings, ConfigurationInForce inForce, IServiceProvider services, Readiness readiness, TimeProvider clock, ILogger<ConfigurationWatch> log) : BackgroundService
{
    /// <summary>Two looks at the same content are needed, so a change counts after two to four seconds.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Orchestrates)
        {
            await readiness.Database.WaitAsync(stoppingToken);
        }

        var file = new ChangedFile(inForce.Configuration.Version);
        while (!stoppingToken.IsCancellationRequested)
        {
            if (file.Look(settings.ConfigPath) is { } version)
            {
                try
                {
                    await Changed(version, stoppingToken);
                    file.DealtWith(version);
                }
                catch (Exception error) when (!stoppingToken.IsCancellationRequested)
                {
                    // Whatever it is: the old configuration is in force, and the next look tries again with the file as it stands then.
                    log.LogWarning("The changed configuration {Version} cannot be taken up now ({Error}); trying again in {Look}.", version[..12], error.Message, Look);
                }
            }

            await Task.Delay(Look, clock, stoppingToken);
        }
    }

    private async Task Changed(string version, CancellationToken stoppingToken)
    {
        var reading = ConfigurationFile.Read(settings.ConfigPath, inForce.Kinds);
        if (reading.Configuration is not { } configuration)
        {
            await Refuse(version, reading, stoppingToken);
        }
        else if (configuration.Version == inForce.Configuration.Version)
        {
            inForce.Refuse(null);
            log.LogInformation("The configuration file is again the one in force, {Version}.", configuration.Version[..12]);
        }
        else
        {
            await TakeUp(configuration, stoppingToken);
        }
    }

    private async Task TakeUp(Configuration configuration, CancellationToken stoppingToken)
    {
        if (settings.Connects)
        {
            await services.GetRequiredService<ServedSystems>().TakeUpAsync(configuration.Systems, stoppingToken);
        }

        if (settings.Orchestrates && await services.GetRequiredService<SystemRegistry>().TakeUp(configuration, stoppingToken))
        {
            await services.GetRequiredService<FactWriter>().Commit(new Fact.ConfigurationTakenUp(configuration.Version), stoppingToken);
        }

        inForce.TakeUp(configuration);
        log.LogInformation(
            "The changed configuration {Version} is in force: {Systems} systems, {Policies} policies. Sagas that run keep their plans.",
            configuration.Version[..12], configuration.Systems.Count, configuration.Policies.Count);
    }

    private async Task Refuse(string version, ConfigurationReading reading, CancellationToken stoppingToken)
    {
        foreach (var fault in reading.Faults)
        {
            log.LogError("{File}:{Fault}", settings.ConfigPath, fault.ToString());
        }

        var stays = inForce.Configuration.Version;
        inForce.Refuse($"the changed file has {reading.Faults.Count} {(reading.Faults.Count == 1 ? "fault" : "faults")} and is refused; version {stays[..12]} stays in force");
        log.LogError("The changed configuration is refused: {Faults} faults. Version {Version} stays in force.", reading.Faults.Count, stays[..12]);
        if (settings.Orchestrates)
        {
            await services.GetRequiredService<FactWriter>().Commit(new Fact.ConfigurationRefused(version, reading.Faults.Count, stays), stoppingToken);
        }
    }
}
