using Deprovisioner.Contracts;
using Deprovisioner.Storage.Writing;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Reconciling;

/// <summary>Hands a page to the writer; returns, which acknowledges the message, only after it is committed. The next page is asked for at once.</summary>
internal sealed class AccountsListedConsumer(FactWriter writer, PageQuestions questions, ILogger<AccountsListedConsumer> log) : IConsumer<AccountsListed>
{
    public async Task Consume(ConsumeContext<AccountsListed> context)
    {
        var listed = context.Message;
        var answer = await writer.Commit(new Fact.AccountsWereListed(listed), context.CancellationToken);
        log.LogInformation(
            "Page {Page} of reconciliation {Run} on {System}, {Accounts} accounts {Code}: {Reason}",
            listed.Page, listed.ReconciliationId, listed.System, listed.Accounts.Count, listed.Fault?.Code, answer.Reason);
        try
        {
            await questions.Ask(context.CancellationToken);
        }
        catch (Exception error) when (!context.CancellationToken.IsCancellationRequested)
        {
            // This page is recorded; the loop asks for the next one.
            log.LogInformation("The next page is asked for later ({Error}).", error.Message);
        }
    }
}
