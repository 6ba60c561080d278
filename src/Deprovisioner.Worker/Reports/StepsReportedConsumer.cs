using Deprovisioner.Contracts;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Worker.Telemetry;
using MassTransit;

namespace Deprovisioner.Worker.Reports;

/// <summary>Hands reports to the writer; returns, which acknowledges the message, only after they are committed.</summary>
internal sealed class StepsReportedConsumer(FactWriter writer) : IConsumer<StepsReported>
{
    public async Task Consume(ConsumeContext<StepsReported> context)
    {
        var message = context.Message;
        await writer.Commit(new Fact.Reported(message.Reports, message.System), context.CancellationToken);
        foreach (var report in message.Reports)
        {
            WorkerTelemetry.Reported(message.System, report.Outcome);
        }
    }
}
