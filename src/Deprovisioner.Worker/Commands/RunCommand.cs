using System.CommandLine;
using Deprovisioner.Worker.Running;
using Deprovisioner.Worker.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>run</c></summary>
internal static class RunCommand
{
    public const string Name = "run";

    public static Command Create()
    {
        var command = new Command(Name, "Run the worker until it is told to stop (SIGTERM, Ctrl+C). Roles: Deprovisioner__Roles.");
        command.SetAction(async (_, cancellationToken) =>
        {
            var settings = CommandServices.Settings();
            var configuration = ConfigurationFile.Load(settings.ConfigPath);
            using var host = WorkerHost.Build(settings, configuration);
            ObserveNotice.Log(host.Services.GetRequiredService<ILoggerFactory>(), configuration);
            try
            {
                await host.RunAsync(cancellationToken);
            }
            catch (IOException error) when (error.InnerException is AddressInUseException)
            {
                throw new SettingsException($"Another process listens on {settings.HealthUrl}: set Deprovisioner__HealthUrl to a free one, or to \"none\".");
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }
}
