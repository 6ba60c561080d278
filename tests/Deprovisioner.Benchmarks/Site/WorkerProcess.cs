using System.CommandLine;
using Deprovisioner.Benchmarks.Simulated;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Worker.Running;
using Deprovisioner.Worker.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Deprovisioner.Benchmarks.Site;

/// <summary>The real worker in a process of its own, with one more kind of connector. Its settings come from the environment, as the worker's do.</summary>
internal static class WorkerProcess
{
    public const string Name = "run-worker";

    public static Command Create()
    {
        var command = new Command(Name, "The worker, as this program starts it.") { Hidden = true };
        command.SetAction(async (_, cancellationToken) =>
        {
            var settings = ProcessSettings.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            var kind = new SimulatedKind();
            var kinds = (IReadOnlyList<Connectors.Sdk.IConnectorKind>)[.. ConnectorCatalogue.Kinds, kind];
            using var host = WorkerHost.Build(settings, ConfigurationFile.Load(settings.ConfigPath, kinds), kinds);
            await host.RunAsync(cancellationToken);
            Console.WriteLine(kind.Counts.ToText());
            return 0;
        });
        return command;
    }
}
