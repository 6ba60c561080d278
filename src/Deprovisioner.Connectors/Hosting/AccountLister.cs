using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>Reads one page of a system's accounts and always has an answer, whatever the system does. Only the end of the host gives none.</summary>
internal sealed class AccountLister(ConnectedSystems systems, Func<ProtectedEntries> protectedNow, ISecrets secrets, ILogger<AccountLister> log)
{
    /// <exception cref="OperationCanceledException">The host ends.</exception>
    public async Task<AccountsListed> ListAsync(ListAccounts asked, CancellationToken shutdown)
    {
        var page = systems.Find(asked.System) is { } system
            ? await system.Pipelines.Step.ExecuteAsync(async step => await BorrowAndListAsync(system, asked.Cursor, step, shutdown), shutdown)
            : new Answer<AccountPage>(new Fault(Outcome.Transient, "unknown-system", $"This host has no system {asked.System}."));
        var listed = page.Fault is { } fault
            ? Answer(asked) with { Fault = new ListingFault(fault.Outcome, fault.Code, Facets.Text(fault.Message, secrets), fault.RetryAt) }
            : Answer(asked) with { Accounts = [.. page.Value.Accounts.Select(account => Listing(asked.System, account))], NextCursor = page.Value.NextCursor };
        log.LogInformation(
            "Page {Page} of reconciliation {Run} on {System}: {Accounts} accounts {Code}", asked.Page, asked.ReconciliationId, asked.System, listed.Accounts.Count, listed.Fault?.Code);
        return listed;
    }

    private static async Task<Answer<AccountPage>> BorrowAndListAsync(ConnectedSystem system, string? cursor, CancellationToken step, CancellationToken shutdown)
    {
        try
        {
            await using var use = system.Borrow();
            var page = await new SystemCalls(system, use.Connector, step, shutdown).ListAsync(cursor);
            if (page.Fault is { Outcome: Outcome.Unauthorized })
            {
                await system.ForgetAsync(use.Connector);
            }

            return page;
        }
        catch (Exception error) when (!shutdown.IsCancellationRequested)
        {
            // A secret or a setting that cannot be used: answered too, or the question would come again and again.
            return new Answer<AccountPage>(FaultGrading.Of(error, acting: false, system.Settings.Name, lastUnreachable: null));
        }
    }

    private AccountListing Listing(SystemName system, ListedAccount listed)
    {
        var (id, name) = listed.Account;
        var names = listed.OtherNames.Append(id).Append(name);
        return new AccountListing(
            id, Facets.Text(name, secrets), listed.Enabled, listed.MatchValue,
            Protected: listed.Critical || protectedNow().Covering(system, listed.MatchValue is { } value ? names.Append(value) : names) is not null);
    }

    private static AccountsListed Answer(ListAccounts asked) => new() { System = asked.System, ReconciliationId = asked.ReconciliationId, Page = asked.Page };
}
