using System.Text.Json;
using System.Text.Json.Serialization;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Contracts;
using Deprovisioner.Worker.Checking;
using Deprovisioner.Worker.Intake;
using Deprovisioner.Worker.Reconciling;
using Deprovisioner.Worker.Reports;
using Deprovisioner.Worker.Settings;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Deprovisioner.Worker.Running;

/// <summary>The bus: which queues a process reads, by its roles.</summary>
internal static class Bus
{
    /// <summary>Consumers wait for a group commit; as many as this may share one.</summary>
    private const int MessagesUnderWay = 256;

    /// <summary>Some more than are taken in at a time: those are glanced at, and put off.</summary>
    private const int EventsUnderWay = 2 * HrEventFilter.Room;

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
                        rabbit.ReceiveEndpoint(Transport.HrEventsBacklogQueue, endpoint => HrEvents(endpoint, context, putOff: null));
                        rabbit.ReceiveEndpoint(Transport.HrEventsQueue, endpoint =>
                        {
                            endpoint.Bind(Transport.HrEventsExchange, binding =>
                            {
                                binding.ExchangeType = ExchangeType.Fanout;
                                binding.Durable = true;
                            });
                            HrEvents(endpoint, context, context.GetRequiredService<CloudEventExchange>().Publish);
                        });
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

    private static void HrEvents(IRabbitMqReceiveEndpointConfigurator endpoint, IServiceProvider provider, Func<ReadOnlyMemory<byte>, CancellationToken, Task>? putOff)
    {
        var underWay = putOff is null ? HrEventFilter.Room : EventsUnderWay;
        endpoint.SetQuorumQueue();
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PrefetchCount = underWay;
        endpoint.ConcurrentMessageLimit = underWay;
        endpoint.DiscardSkippedMessages();
        endpoint.RethrowFaultedMessages();
        var intake = provider.GetRequiredService<HrEventIntake>();
        endpoint.ConfigureReceive(pipe => pipe.UseFilter(new HrEventFilter((raw, cancellationToken) => intake.Take(raw, sender: null, cancellationToken), putOff, provider.GetRequiredService<ILogger<HrEventFilter>>())));
    }

    private static void Reports(IReceiveEndpointConfigurator endpoint, IServiceProvider provider)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PrefetchCount = MessagesUnderWay;
        endpoint.ConcurrentMessageLimit = MessagesUnderWay;
        endpoint.Consumer(provider.GetRequiredService<StepsReportedConsumer>);
        endpoint.Consumer(provider.GetRequiredService<AccountsListedConsumer>);
        endpoint.Consumer(provider.GetRequiredService<SystemCheckedConsumer>);
    }
}
