using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage;
using Deprovisioner.Worker.Checking;
using Deprovisioner.Worker.Dispatching;
using Deprovisioner.Worker.Intake;
using Deprovisioner.Worker.Notifying;
using Deprovisioner.Worker.Reconciling;
using Deprovisioner.Worker.Reports;
using Deprovisioner.Worker.Settings;
using Deprovisioner.Worker.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Npgsql;

namespace Deprovisioner.Worker.Running;

/// <summary>Puts a worker together from its settings.</summary>
internal static class WorkerHost
{
    /// <summary>After this a stop no longer waits for steps that are under way: they are handed back to the broker.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(30);

    /// <summary>A worker with the connectors of this build and those declared beside its configuration.</summary>
    /// <exception cref="SettingsException">The settings do not fit together.</exception>
    public static IHost Build(ProcessSettings settings, Configuration configuration) => Build(settings, configuration, KnownConnectors.Beside(settings.ConfigPath));

    /// <summary>A worker with these connectors.</summary>
    /// <exception cref="SettingsException">The settings do not fit together.</exception>
    public static IHost Build(ProcessSettings settings, Configuration configuration, IReadOnlyList<IConnectorKind> kinds)
    {
        if (settings.RabbitMq is null && !(settings.Orchestrates && settings.Connects))
        {
            throw new SettingsException("Without a broker one process must have both roles: set ConnectionStrings__RabbitMq, or leave Deprovisioner__Roles out.");
        }

        IHostApplicationBuilder builder = settings.HealthUrl is null ? Host.CreateApplicationBuilder() : WebApplication.CreateSlimBuilder();
        Logging(builder.Logging, builder.Configuration["Logging:Console:FormatterName"]);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopWithin);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(settings);
        var inForce = new ConfigurationInForce(configuration, kinds);
        builder.Services.AddSingleton(configuration);
        builder.Services.AddSingleton(inForce);
        builder.Services.AddSingleton(ConnectorCatalogue.DescriptionsOf(kinds));
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSingleton<TelemetryExport>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<TelemetryExport>());
        builder.Services.AddHostedService<ProcessGauges>();

        // Services stop in the reverse of this order: first the bus, so that nothing new comes; last the writer, which answers what is under way.
        if (settings.Orchestrates)
        {
            AddOrchestrator(builder.Services, settings);
        }

        if (settings.Connects)
        {
            builder.Services.AddConnectorHost(configuration.Systems, () => inForce.Configuration.Protected, kinds);
        }

        builder.Services.AddIntake();
        builder.Services.AddBus(settings);
        builder.Services.AddHostedService<ConfigurationWatch>();
        return builder is WebApplicationBuilder web ? WithHealth(web, settings) : ((HostApplicationBuilder)builder).Build();
    }

    private static void AddOrchestrator(IServiceCollection services, ProcessSettings settings)
    {
        services.AddStorage(settings.RequiredDatabase());
        services.AddSingleton(provider => new DatabaseClock(provider.GetRequiredService<NpgsqlDataSource>(), TimeProvider.System));
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(provider => provider.GetRequiredService<DatabaseClock>()));
        services.AddFactWriter();
        services.AddSingleton<HrEventIntake>();
        services.AddTransient<StepsReportedConsumer>();
        services.AddTransient<AccountsListedConsumer>();
        services.AddTransient<SystemCheckedConsumer>();
        services.AddSingleton<PageQuestions>();
        services.AddSingleton<CommandSender>();
        services.AddSingleton<IPublishedEvents>(_ => settings.RabbitMq is { } uri ? CloudEventExchange.EventsOut(uri) : new NobodyListens());
        if (settings.RabbitMq is { } broker)
        {
            // By its own type: what the rest of the process knows by the interface are events out.
            services.AddSingleton(_ => CloudEventExchange.Backlog(broker));
        }

        services.AddHostedService<DatabaseStart>();
        services.AddHostedService<ClockLoop>();
        services.AddHostedService<Dispatcher>();
        services.AddSingleton<AheadSignals>();
        services.AddHostedService<WorkAheadLoop>();
        services.AddHostedService<AnnouncementsLoop>();
        services.AddHostedService<SchemaWatch>();
        services.AddHostedService<OperatorActsLoop>();
        services.AddHostedService<IngressLoop>();
        services.AddHostedService<OutboxLoop>();
        services.AddHostedService<DeadlineLoop>();
        services.AddHostedService<OverdueTasksLoop>();
        services.AddHostedService<DuePersonsLoop>();
        services.AddHostedService<MissingFiguresLoop>();
        services.AddHostedService<ReconciliationLoop>();
        services.AddHostedService<SystemChecksLoop>();
        services.AddHostedService<ReplayLoop>();
        services.AddHostedService<DriftLoop>();
        services.AddNotifying();
        services.AddHostedService<NotificationRoutingLoop>();
        services.AddHostedService<NotificationDeliveryLoop>();
    }

    /// <summary>The decisions about events, under the configuration in force.</summary>
    public static IServiceCollection AddIntake(this IServiceCollection services)
        => services
            .AddTransient(provider => provider.GetRequiredService<ConfigurationInForce>().Intake);

    private static WebApplication WithHealth(WebApplicationBuilder builder, ProcessSettings settings)
    {
        var web = builder.Build();
        web.Urls.Add(settings.HealthUrl!.ToString());
        HealthEndpoints.Map(web);
        web.Services.GetRequiredService<TelemetryExport>().Map(web);
        return web;
    }

    /// <param name="formatter">As configured, json for instance; null: lines for people.</param>
    private static void Logging(ILoggingBuilder logging, string? formatter)
    {
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
        if (!string.IsNullOrEmpty(formatter))
        {
            // AddSimpleConsole names itself, whatever is configured.
            logging.AddConsole(console => console.FormatterName = formatter);

            // The saga and the step that a line is about are in its scope.
            logging.Services.Configure<JsonConsoleFormatterOptions>(json => json.IncludeScopes = true);
        }

        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Error);
        logging.AddFilter("Npgsql", LogLevel.Warning);
        logging.AddFilter("MassTransit", LogLevel.Warning);
    }
}
