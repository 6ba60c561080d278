using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Worker.Dispatching;
using Deprovisioner.Worker.Intake;
using Deprovisioner.Worker.Reports;
using Deprovisioner.Worker.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Tests.CrashSweep;

/// <summary>The product's orchestrator without its loops: the run says when each makes its pass, and when a message is delivered.</summary>
internal sealed class Orchestrator : ISender, IAsyncDisposable
{
    private readonly CancellationTokenSource life = new();
    private readonly SweepDatabase database;
    private readonly ServiceProvider services;
    private readonly Task writing;

    public Orchestrator(SweepDatabase database, Configuration configuration, SystemActions actions, TimeProvider clock, ScriptedBroker broker, IPublishedEvents events)
    {
        this.database = database;
        database.Relay.Open();
        services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(clock)
            .AddTransient(_ => new EventIntake(configuration, actions))
            .AddStorage(database.Looking.ConnectionString)
            .AddFactWriter()
            .AddSingleton(database.Reached)
            .AddSingleton<Readiness>()
            .AddSingleton<AheadSignals>()
            .AddSingleton(BusOfOne.Sending((queue, message) => message is ExecuteSteps command
                ? broker.Send(this, queue, Run.Label(command), command)
                : throw new NotSupportedException($"The orchestrator sends no {message.GetType().Name} in a sweep.")))
            .AddSingleton(events)
            .AddSingleton<CommandSender>()
            .AddSingleton<HrEventIntake>()
            .AddSingleton<StepsReportedConsumer>()
            .AddSingleton<Dispatcher>()
            .AddSingleton<DeadlineLoop>()
            .AddSingleton<DuePersonsLoop>()
            .AddSingleton<OverdueTasksLoop>()
            .AddSingleton<OperatorActsLoop>()
            .AddSingleton<OutboxLoop>()
            .BuildServiceProvider();
        writing = services.GetRequiredService<FactWriter>().Run(life.Token);
    }

    public bool IsDead => life.IsCancellationRequested;

    /// <summary>From here on it reaches nothing any more.</summary>
    public void Kill()
    {
        database.Relay.Cut();
        database.Reached.Clear();
        life.Cancel();
    }

    public Task Event(Message message) => services.GetRequiredService<HrEventIntake>().Take(message.Body, sender: null, life.Token).WaitAsync(life.Token);

    public Task Report(Message message)
        => services.GetRequiredService<StepsReportedConsumer>().Consume(ContextOfOne.Of(message.Read<StepsReported>(), message.Redelivered, life.Token)).WaitAsync(life.Token);

    /// <summary>Each loop's pass, with its name.</summary>
    public IEnumerable<(string Name, Func<Task> Pass)> Passes
        =>
        [
            ("dispatch", Dispatch),
            ("operator's acts", () => services.GetRequiredService<OperatorActsLoop>().Pass(life.Token)),
            ("due persons", () => services.GetRequiredService<DuePersonsLoop>().Pass(life.Token)),
            ("deadlines", () => services.GetRequiredService<DeadlineLoop>().Pass(life.Token)),
            ("overdue tasks", () => services.GetRequiredService<OverdueTasksLoop>().Pass(life.Token)),
            ("outbox", () => services.GetRequiredService<OutboxLoop>().Pass(life.Token)),
        ];

    private async Task Dispatch()
    {
        var dispatcher = services.GetRequiredService<Dispatcher>();
        await dispatcher.Pass(life.Token, life.Token);
        await dispatcher.Telling;
    }

    public async ValueTask DisposeAsync()
    {
        await life.CancelAsync();
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await services.DisposeAsync();
        life.Dispose();
    }
}
