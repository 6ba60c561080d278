using Deprovisioner.Contracts;
using MassTransit;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>
/// Executes the steps of one message at once (the system's own limit says how many run), and returns, which acknowledges the
/// message, only when the broker has every report. Anything else throws, which hands the message back.
/// </summary>
internal sealed class ExecuteStepsConsumer(StepExecutor executor, ReportChannel reports, TimeProvider clock) : IConsumer<ExecuteSteps>
{
    public Task Consume(ConsumeContext<ExecuteSteps> context)
    {
        var redelivered = context.ReceiveContext.Redelivered;
        if (context.SentTime is { } sentAt)
        {
            ConnectorTelemetry.Begun(context.Message.System, clock.GetUtcNow() - new DateTimeOffset(sentAt.ToUniversalTime()));
        }

        return Task.WhenAll(context.Message.Steps.Select(
            step => ExecuteAsync(context.Message.System, step, redelivered, context.CancellationToken)));
    }

    private async Task ExecuteAsync(SystemName system, StepCommand step, bool redelivered, CancellationToken cancellationToken)
    {
        var report = await executor.ExecuteAsync(system, step, redelivered, cancellationToken);
        await reports.SendAsync(system, report, cancellationToken);
    }
}
