using Deprovisioner.Contracts;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>Looks at a system and answers. An answer that cannot be sent is dropped: a person waits for it, and the question is asked again meanwhile.</summary>
internal sealed class CheckSystemConsumer(SystemChecks checks, BusReports reports, ILogger<CheckSystemConsumer> log) : IConsumer<CheckSystem>
{
    public async Task Consume(ConsumeContext<CheckSystem> context)
    {
        var asked = context.Message;
        if (!checks.Systems.Contains(asked.System))
        {
            log.LogWarning("This host has no system {System}; check {Check} is left to another one.", asked.System, asked.CheckId);
            return;
        }

        var check = await checks.CheckAsync(asked.System, context.CancellationToken);
        try
        {
            await reports.SendAsync(
                new SystemChecked
                {
                    System = asked.System,
                    CheckId = asked.CheckId,
                    Reachable = check.Reachable,
                    Version = check.Version,
                    Findings = [.. check.Findings.Select(f => new CheckedRight(f.Subject, f.Ok, f.Remedy))],
                },
                context.CancellationToken);
        }
        catch (Exception error) when (!context.CancellationToken.IsCancellationRequested)
        {
            log.LogWarning("Check {Check} of {System} could not be answered ({Error}); it is asked for again.", asked.CheckId, asked.System, error.Message);
        }
    }
}
