using Deprovisioner.Contracts;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>
/// Reads a page and answers. An answer that cannot be sent is dropped after a while and not handed back: the question is asked again when its lease runs out, while a cursor that was used
/// would not give the page a second time.
/// </summary>
internal sealed class ListAccountsConsumer(AccountLister lister, BusReports reports, HostTimings timings, TimeProvider clock, ILogger<ListAccountsConsumer> log) : IConsumer<ListAccounts>
{
    public async Task Consume(ConsumeContext<ListAccounts> context)
    {
        var listed = await lister.ListAsync(context.Message, context.CancellationToken);
        var since = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await reports.SendAsync(listed, context.CancellationToken);
                return;
            }
            catch (Exception error) when (!context.CancellationToken.IsCancellationRequested)
            {
                if (clock.GetElapsedTime(since) >= timings.ReportFor)
                {
                    log.LogWarning(error, "Page {Page} of reconciliation {Run} could not be answered; it is asked for again", listed.Page, listed.ReconciliationId);
                    return;
                }
            }

            await Task.Delay(timings.ReportRetryAfter, clock, context.CancellationToken);
        }
    }
}
