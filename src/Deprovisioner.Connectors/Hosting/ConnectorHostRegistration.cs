using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using MassTransit;
using MassTransit.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>
/// How the worker takes the connector host in: <c>services.AddConnectorHost(systems)</c>, and inside <c>UsingRabbitMq</c> or
/// <c>UsingInMemory</c> <c>bus.ConfigureConnectorHost(context)</c>.
/// </summary>
public static class ConnectorHostRegistration
{
    /// <summary>Registers how references to secrets are resolved.</summary>
    public static IServiceCollection AddSecrets(this IServiceCollection services)
    {
        services.TryAddSingleton<ISecrets, ReferenceSecrets>();
        return services;
    }

    /// <summary>Registers what executes steps on these systems. Reaches no system and reads no secret yet.</summary>
    /// <param name="systems">All that this host serves.</param>
    /// <param name="protectedNow">Who and what is protected, asked anew for each step.</param>
    /// <param name="kinds">The kinds of connectors there are: the catalogue's, unless a program brings one of its own.</param>
    public static IServiceCollection AddConnectorHost(
        this IServiceCollection services, IReadOnlyList<SystemSettings> systems, Func<ProtectedEntries> protectedNow, IReadOnlyList<IConnectorKind> kinds)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HostTimings>();
        services.AddSecrets();
        services.AddSingleton(provider => new ConnectedSystems(
            systems, kinds, provider.GetRequiredService<ISecrets>(), provider.GetRequiredService<HostTimings>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(protectedNow);
        services.AddSingleton<StepExecutor>();
        services.AddSingleton<AccountLister>();
        services.AddSingleton(provider => new BusReports(provider.GetRequiredService<IBus>()));
        services.AddSingleton(provider => new ReportChannel(
            provider.GetRequiredService<BusReports>().SendAsync,
            provider.GetRequiredService<HostTimings>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ReportChannel>>()));
        services.AddSingleton(provider => new SystemChecks(provider.GetRequiredService<ConnectedSystems>(), provider.GetRequiredService<ISecrets>()));
        services.AddTransient<ExecuteStepsConsumer>();
        services.AddTransient<ListAccountsConsumer>();
        services.AddTransient<CheckSystemConsumer>();
        services.AddSingleton(provider => new ServedSystems(provider));

        // Without it MassTransit waits for its consumers as long as they take, and never cancels them.
        services.AddOptions<MassTransitHostOptions>().PostConfigure<HostTimings>((options, timings) => options.ConsumerStopTimeout ??= timings.FinishWithin);
        return services;
    }

    /// <summary>One queue for each system, so that a slow one holds up nobody else's commands; and one for its lists.</summary>
    public static void ConfigureConnectorHost(this IBusFactoryConfigurator bus, IServiceProvider provider)
    {
        foreach (var system in provider.GetRequiredService<ConnectedSystems>().All)
        {
            bus.ReceiveEndpoint(Transport.CommandQueue(system.Settings.Name), endpoint => Configure(endpoint, system.Settings.Limits, provider));
            bus.ReceiveEndpoint(Transport.ListQueue(system.Settings.Name), endpoint => ConfigureLists(endpoint, provider));
        }
    }

    internal static void Configure(IReceiveEndpointConfigurator endpoint, SystemLimits limits, IServiceProvider provider)
    {
        // Commands are sent to the queue, never published.
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PrefetchCount = limits.Concurrency;
        endpoint.ConcurrentMessageLimit = limits.Concurrency;
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            rabbit.Durable = true;
            rabbit.SetQuorumQueue();
        }

        HandBack(endpoint);
        endpoint.Consumer(provider.GetRequiredService<ExecuteStepsConsumer>);
    }

    /// <summary>
    /// Of all hosts only one reads it: a page's cursor may be bound to the connection that gave it (LDAP), so the next page has to be asked there. Where that host is gone the broker gives the queue to another one
    /// (https://www.rabbitmq.com/docs/consumers#single-active-consumer), and the list begins anew.
    /// </summary>
    internal static void ConfigureLists(IReceiveEndpointConfigurator endpoint, IServiceProvider provider)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PrefetchCount = 1;
        endpoint.ConcurrentMessageLimit = 1;
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            rabbit.Durable = true;
            rabbit.SetQuorumQueue();
            rabbit.SingleActiveConsumer = true;
        }

        HandBack(endpoint);
        endpoint.Consumer(provider.GetRequiredService<ListAccountsConsumer>);
        endpoint.Consumer(provider.GetRequiredService<CheckSystemConsumer>);
    }

    private static void HandBack(IReceiveEndpointConfigurator endpoint) => endpoint.ConfigureError(error =>
    {
        error.UseFilter(new HandBackFilter());
        error.UseFilter(new GenerateFaultFilter());
        error.UseFilter(new ErrorTransportFilter());
    });
}
