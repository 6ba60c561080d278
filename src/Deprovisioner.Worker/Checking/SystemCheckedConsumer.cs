using Deprovisioner.Contracts;
using Deprovisioner.Storage.Writing;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Checking;

/// <summary>Hands what a host found to the writer; returns, which acknowledges the message, only after it is committed.</summary>
internal sealed class SystemCheckedConsumer(FactWriter writer, ILogger<SystemCheckedConsumer> log) : IConsumer<SystemChecked>
{
    public async Task Consume(ConsumeContext<SystemChecked> context)
    {
        var answer = await writer.Commit(new Fact.SystemWasChecked(context.Message), context.CancellationToken);
        log.LogInformation("Check {Check} of {System}: {Reason}", context.Message.CheckId, context.Message.System, answer.Reason);
    }
}
