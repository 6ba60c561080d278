using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Manual;
using Deprovisioner.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Tests.CrashSweep;

/// <summary>The product's connector host, on systems in memory.</summary>
internal sealed class ConnectorHost : ISender, IAsyncDisposable
{
    /// <summary>The product's own, with shorter pauses.</summary>
    private static readonly HostTimings Quick = new()
    {
        FirstRetryAfter = TimeSpan.FromMilliseconds(1),
        FirstReadBackAfter = TimeSpan.FromMilliseconds(1),
        ReadBacks = 1,
        ReportRetryAfter = TimeSpan.FromMilliseconds(5),
    };

    private readonly CancellationTokenSource life = new();
    private readonly ServiceProvider services;

    public ConnectorHost(IReadOnlyList<SystemSettings> systems, MemorySystems memory, TimeProvider clock, ScriptedBroker broker)
    {
        memory.Host = this;
        services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(clock)
            .AddSingleton(Quick)
            .AddSingleton(BusOfOne.Sending((queue, message) => message is StepsReported reports
                ? broker.Send(this, queue, Run.Label(reports), reports)
                : throw new NotSupportedException($"A host sends no {message.GetType().Name} in a sweep.")))
            .AddConnectorHost(systems, () => ProtectedEntries.None, [memory, new ManualKind()])
            .BuildServiceProvider();
    }

    public bool IsDead => life.IsCancellationRequested;

    public void Kill() => life.Cancel();

    public Task Execute(Message message)
        => services.GetRequiredService<ExecuteStepsConsumer>().Consume(ContextOfOne.Of(message.Read<ExecuteSteps>(), message.Redelivered, life.Token)).WaitAsync(life.Token);

    public async ValueTask DisposeAsync()
    {
        Kill();
        await services.DisposeAsync();
        life.Dispose();
    }
}
