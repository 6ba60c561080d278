using System.CommandLine;
using Deprovisioner.Benchmarks.Simulated;
using Deprovisioner.Contracts;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Deprovisioner.Benchmarks.Conventional;

/// <summary>The conventional implementation in a process of its own: state machine and connectors together, as the product runs by default.</summary>
internal static class ConventionalProcess
{
    public const string Name = "run-conventional";
    public const string SagaQueue = "conventional.leavers";
    public const string Ready = "conventional: ready";
    private const string HrQueue = "conventional.hr-events";

    private const int SagasAtOnce = 32;

    private const int CommandsAtOnce = 16;

    public static Command Create()
    {
        var command = new Command(Name, "The conventional implementation, as this program starts it.") { Hidden = true };
        command.SetAction(async (_, cancellationToken) =>
        {
            using var host = Build(Environment.GetEnvironmentVariable("ConnectionStrings__Deprovisioner")!, new Uri(Environment.GetEnvironmentVariable("ConnectionStrings__RabbitMq")!));
            await using (var database = await host.Services.GetRequiredService<IDbContextFactory<ConventionalContext>>().CreateDbContextAsync(cancellationToken))
            {
                await database.Database.EnsureCreatedAsync(cancellationToken);
            }

            await host.StartAsync(cancellationToken);
            Console.WriteLine(Ready);
            await host.WaitForShutdownAsync(cancellationToken);
            return 0;
        });
        return command;
    }

    private static IHost Build(string database, Uri broker)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddPooledDbContextFactory<ConventionalContext>(options => options.UseNpgsql(database + ";Max Auto Prepare=20;No Reset On Close=true"));
        builder.Services.AddSingleton<LeaverStateMachine>();
        builder.Services.AddSingleton<ISagaRepository<LeaverState>, LockingSagaRepository>();
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(broker);
                rabbit.ReceiveEndpoint(HrQueue, endpoint =>
                {
                    endpoint.UseRawJsonDeserializer(RawSerializerOptions.AnyMessageType, isDefault: true);
                    endpoint.Bind(Transport.HrEventsExchange, binding => (binding.ExchangeType, binding.Durable) = (ExchangeType.Fanout, true));
                    Sagas(endpoint, context);
                });
                rabbit.ReceiveEndpoint(SagaQueue, endpoint => Sagas(endpoint, context));
                for (var step = 0; step < LeaverStateMachine.Steps; step++)
                {
                    rabbit.ReceiveEndpoint(LeaverStateMachine.CommandQueue(step), endpoint => Commands(endpoint));
                }
            });
        });
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        return builder.Build();
    }

    private static void Sagas(IRabbitMqReceiveEndpointConfigurator endpoint, IServiceProvider provider)
    {
        endpoint.SetQuorumQueue();
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PrefetchCount = 2 * SagasAtOnce;
        endpoint.ConcurrentMessageLimit = SagasAtOnce;
        endpoint.UseMessageRetry(retry => retry.Immediate(3));
        endpoint.UseInMemoryOutbox(provider.GetRequiredService<IBusRegistrationContext>());
        endpoint.StateMachineSaga(
            provider.GetRequiredService<LeaverStateMachine>(), provider.GetRequiredService<ISagaRepository<LeaverState>>(),
            saga =>
            {
                // Reports of one saga one after the other in this process: none of them holds a connection while it waits for the row.
                var partition = saga.CreatePartitioner(SagasAtOnce);
                saga.Message<AccessRevoked>(message => message.UsePartitioner(partition, report => report.Message.SagaId));
            });
    }

    private static void Commands(IRabbitMqReceiveEndpointConfigurator endpoint)
    {
        endpoint.SetQuorumQueue();
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PrefetchCount = 2 * CommandsAtOnce;
        endpoint.ConcurrentMessageLimit = CommandsAtOnce;
        var accounts = new SimulatedAccounts();
        endpoint.Consumer(() => new RevokeAccessConsumer(accounts, TimeProvider.System));
    }
}
