using System.Text.Json;
using System.Text.Json.Serialization;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Contracts;
using Deprovisioner.Worker.Intake;
using Deprovisioner.Worker.Reconciling;
using Deprovisioner.Worker.Reports;
using Deprovisioner.Worker.Settings;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;

namespace Deprovisioner.Worker.Running;

/// <summary>The bus: which queues a process reads, by its roles.</summary>
internal static class Bus
{
    /// <summary>Consumers wait for a group commit; as many as this may share one.</summary>
    private const int MessagesUnderWay = 256;

    /// <summary>When the process is told to stop, facts that wait for a database that is away are given up after this, and their messages go back. Without it MassTransit would wait as long as they take.</summary>
    private static readonly TimeSpan FinishWithin = TimeSpan.FromSeconds(10);

    public static IServiceCollection AddBus(this IServiceCollection services, ProcessSettings settings)
        => services.Configure<MassTransitHostOptions>(options => options.ConsumerStopTimeout ??= settings.Connects ? null : FinishWithin).AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            if (settings.RabbitMq is { } uri)
            {
                bus.UsingRabbitMq((context, rabbit) =>
                {
                    rabbit.Host(uri);

                    // Many of a step's fields are null: left out, messages are shorter to write and to read. Whoever reads one has null for what is not there.
                    rabbit.ConfigureJsonSerializerOptions(options => new JsonSerializerOptions(options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull });
                    if (settings.Orchestrates)
                    {
                        rabbit.ReceiveEndpoint(Transport.HrEventsQueue, endpoint => HrEvents(endpoint, context));
                        rabbit.ReceiveEndpoint(Transport.ReportsQueue, endpoint =>
                        {
                            endpoint.SetQuorumQueue();
                            Reports(endpoint, context);
                        });
                    }

                    if (settings.Connects)
                    {
                        rabbit.ConfigureConnectorHost(context);
                    }
                });
            }
            else
            {
                bus.UsingInMemory((context, memory) =>
                {
                    memory.ReceiveEndpoint(Transport.ReportsQueue, endpoint => Reports(endpoint, context));
                    memory.ConfigureConnectorHost(context);
                });
            }
        });

    private static void HrEvents(IRabbitMqReceiveEndpointConfigurator endpoint, IServiceProvider provider)
    {
        endpoint.SetQuorumQueue();
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PrefetchCount = MessagesUnderWay;
        endpoint.ConcurrentMessageLimit = MessagesUnderWay;
        endpoint.Bind(Transport.HrEventsExchange, binding =>
        {
            binding.ExchangeType = ExchangeType.Fanout;
            binding.Durable = true;
        });
        endpoint.DiscardSkippedMessages();
        endpoint.RethrowFaultedMessages();
        endpoint.ConfigureReceive(pipe => pipe.UseFilter(new HrEventFilter(provider.GetRequiredService<HrEventIntake>())));
    }

    private static void Reports(IReceiveEndpointConfigurator endpoint, IServiceProvider provider)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PrefetchCount = MessagesUnderWay;
        endpoint.ConcurrentMessageLimit = MessagesUnderWay;
        endpoint.Consumer(provider.GetRequiredService<StepsReportedConsumer>);
        endpoint.Consumer(provider.GetRequiredService<AccountsListedConsumer>);
    }
}
