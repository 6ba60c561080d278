using System.Collections.Concurrent;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Connectors.Tests.Hosting;

/// <summary>The connector host as the worker runs it, on a bus, and what stands for the orchestrator: a sender of commands and a reader of reports.</summary>
internal sealed class HostOnBus : IAsyncDisposable
{
    public static readonly SystemSettings Settings = new()
    {
        Name = new SystemName("memory"),
        Connector = "scripted",
        Values = new Dictionary<string, string>(),
        Match = new AccountMatch(null, "person.userName"),
        Limits = new SystemLimits { Concurrency = 4 },
    };

    private IHost? connectors;
    private IHost? orchestrator;

    public ScriptedSystem System { get; } = new();

    public ConcurrentQueue<StepReport> Reports { get; } = new();

    public ConcurrentQueue<AccountsListed> Lists { get; } = new();

    public ConcurrentQueue<SystemChecked> Checks { get; } = new();

    /// <summary>Both sides in one process on MassTransit's in-memory transport.</summary>
    public async Task StartInMemory()
        => connectors = orchestrator = await Start(services => services.AddMassTransit(bus => bus.UsingInMemory((context, memory) =>
        {
            memory.ConfigureConnectorHost(context);
            ReadReports(memory);
        })));

    /// <summary>The connector host in a zone of its own.</summary>
    public async Task StartConnectors(RabbitMqBroker broker)
        => connectors = await Start(services => services.AddMassTransit(bus => bus.UsingRabbitMq((context, rabbit) =>
        {
            rabbit.Host(broker.Uri);
            rabbit.ConfigureConnectorHost(context);
        })));

    public async Task StartOrchestrator(RabbitMqBroker broker)
        => orchestrator = await Start(services => services.AddMassTransit(bus => bus.UsingRabbitMq((_, rabbit) =>
        {
            rabbit.Host(broker.Uri);
            ReadReports(rabbit);
        })));

    public async Task StopConnectors()
    {
        await connectors!.StopAsync();
        connectors.Dispose();
        connectors = null;
    }

    public async Task Send(params StepCommand[] steps)
    {
        var bus = (orchestrator ?? connectors)!.Services.GetRequiredService<IBus>();
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{Transport.CommandQueue(Settings.Name)}"));
        await endpoint.Send(new ExecuteSteps(Settings.Name, steps));
    }

    public Task Ask(ListAccounts question) => Ask(question, question.System);

    public Task Ask(CheckSystem question) => Ask(question, question.System);

    public static StepCommand Command(string userName) => ConformanceHost.Command(Settings, StepAction.DisableAccount, userName) with { PersonId = new PersonId(userName) };

    public async ValueTask DisposeAsync()
    {
        foreach (var host in new[] { connectors, orchestrator }.OfType<IHost>().Distinct())
        {
            await host.StopAsync();
            host.Dispose();
        }
    }

    private async Task Ask<TQuestion>(TQuestion question, SystemName system)
        where TQuestion : class
    {
        var bus = (orchestrator ?? connectors)!.Services.GetRequiredService<IBus>();
        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{Transport.ListQueue(system)}"));
        await endpoint.Send(question);
    }

    private void ReadReports(IBusFactoryConfigurator bus) => bus.ReceiveEndpoint(Transport.ReportsQueue, endpoint =>
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.Handler<AccountsListed>(context =>
        {
            Lists.Enqueue(context.Message);
            return Task.CompletedTask;
        });
        endpoint.Handler<SystemChecked>(context =>
        {
            Checks.Enqueue(context.Message);
            return Task.CompletedTask;
        });
        endpoint.Handler<StepsReported>(context =>
        {
            foreach (var report in context.Message.Reports)
            {
                Reports.Enqueue(report);
            }

            return Task.CompletedTask;
        });
    });

    private async Task<IHost> Start(Action<IServiceCollection> addBus)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton(ConformanceHost.Quick with { FinishWithin = TimeSpan.FromSeconds(1), ReportFor = TimeSpan.FromMilliseconds(300), ReportRetryAfter = TimeSpan.FromMilliseconds(50) });
        builder.Services.AddConnectorHost([Settings], () => ProtectedEntries.None, [System]);
        addBus(builder.Services);
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
