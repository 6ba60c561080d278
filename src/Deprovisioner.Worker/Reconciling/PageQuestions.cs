using Deprovisioner.Contracts;
using Deprovisioner.Storage.Reconciling;
using Deprovisioner.Worker.Dispatching;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Reconciling;

/// <summary>Asks connector hosts for the pages that are due.</summary>
internal sealed class PageQuestions(PageClaims claims, CommandSender sender, ILogger<PageQuestions> log)
{
    /// <summary>A question that nobody takes is asked again after this.</summary>
    private static readonly TimeSpan Unsent = TimeSpan.FromSeconds(5);

    /// <summary>A broker that takes longer is taken for gone; its client may wait for it without end.</summary>
    private static readonly TimeSpan SendWithin = TimeSpan.FromSeconds(10);

    public async Task Ask(CancellationToken cancellationToken)
    {
        foreach (var question in await claims.Claim(cancellationToken))
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(SendWithin);
            try
            {
                await sender.Send(question, Transport.ListQueue(question.System), limit.Token).WaitAsync(limit.Token);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                log.LogWarning("Page {Page} of reconciliation {Run} could not be asked for ({Error}); it is again in {Wait}.", question.Page, question.ReconciliationId, error.Message, Unsent);
                await claims.HandBack(question, Unsent, cancellationToken);
            }
        }
    }
}
