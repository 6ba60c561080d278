using System.CommandLine;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Worker.Commands.Server;
using Deprovisioner.Worker.Notifying;
using Deprovisioner.Worker.Running;
using Deprovisioner.Worker.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary>What the commands that are not <c>run</c> work with.</summary>
internal static class CommandServices
{
    /// <exception cref="SettingsException">They cannot be read, or make no sense.</exception>
    public static ProcessSettings Settings()
    {
        try
        {
            return ProcessSettings.Read(new ConfigurationBuilder().AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true).AddEnvironmentVariables().Build());
        }
        catch (InvalidDataException)
        {
            throw new SettingsException("appsettings.json is not JSON: correct it, or set the environment instead.");
        }
    }

    /// <summary>The database, and nothing that needs the organisation's file.</summary>
    /// <param name="clock">The machine's unless told.</param>
    public static ServiceProvider WithDatabase(TimeProvider? clock = null)
        => Basics(clock).AddStorage(Settings().RequiredDatabase()).BuildServiceProvider();

    /// <summary>What people see and ask for: through the console that <c>--server</c> names, or else in the database.</summary>
    public static ServiceProvider WithOperations(ParseResult parsed)
        => parsed.GetValue(ServerOption.Option) is { } server
            ? Basics().AddSingleton(_ => ServerCalls.To(server, ServerOption.Token())).AddSingleton<IOperations, ServerOperations>().BuildServiceProvider()
            : WithDatabase();

    /// <summary>The database and the decisions of the configuration in force.</summary>
    public static ServiceProvider WithDecisions()
    {
        var settings = Settings();
        return Basics()
            .AddSingleton(ConfigurationFile.Load(settings.ConfigPath))
            .AddStorage(settings.RequiredDatabase())
            .AddFactWriter()
            .AddSingleton(provider => new ConfigurationInForce(provider.GetRequiredService<Configuration>(), KnownConnectors.Beside(settings.ConfigPath)))
            .AddIntake()
            .BuildServiceProvider();
    }

    /// <summary>The configured systems, reached from here; no database.</summary>
    public static ServiceProvider WithSystems()
    {
        var path = Settings().ConfigPath;
        var configuration = ConfigurationFile.Load(path);
        return Basics().AddSingleton<Configuration>(configuration).AddConnectorHost(configuration.Systems, () => configuration.Protected, KnownConnectors.Beside(path)).BuildServiceProvider();
    }

    /// <summary>What sends webhooks and mails, from here; no database.</summary>
    public static ServiceProvider WithSenders() => Basics().AddNotifying().BuildServiceProvider();

    /// <summary>The tables, for commands that decide by the file that they are given: no server could do that for them.</summary>
    public static async Task<DeprovisionerContext> Context(this ServiceProvider services, CancellationToken cancellationToken)
        => await services.GetRequiredService<IDbContextFactory<DeprovisionerContext>>().CreateDbContextAsync(cancellationToken);

    private static IServiceCollection Basics(TimeProvider? clock = null) => new ServiceCollection().AddLogging().AddSingleton(clock ?? TimeProvider.System);
}
