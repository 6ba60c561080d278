using System.DirectoryServices.Protocols;
using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.ActiveDirectory;

/// <summary>One domain. An account is known by its objectGUID; its DN is read anew each time.</summary>
internal sealed class ActiveDirectoryConnector : IRecoveringConnector
{
    private readonly ActiveDirectorySettings settings;
    private readonly TimeProvider clock;
    private readonly DomainControllers controllers;
    private readonly LdapListings listings;

    public ActiveDirectoryConnector(ActiveDirectorySettings settings, TimeProvider clock)
    {
        (this.settings, this.clock) = (settings, clock);
        controllers = new DomainControllers(settings.Controllers, clock);
        listings = new LdapListings(() => controllers.Current, clock, (session, cookie, cancellationToken) => Accounts(session).PageAsync(cookie, cancellationToken));
    }

    public Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
        => controllers.UseAsync<IReadOnlyList<AccountRef>>(async session => [.. (await Accounts(session).FindAsync(matchValue, cancellationToken)).Select(DomainAccounts.Ref)], cancellationToken);

    public Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken)
        => controllers.UseAsync(
            async session =>
            {
                var accounts = Accounts(session);
                return await accounts.EntryAsync(accountId, cancellationToken) is { } entry ? await accounts.StateAsync(entry, cancellationToken) : null;
            },
            cancellationToken);

    public Task<AccountState?> ReadDeletedAsync(string accountId, CancellationToken cancellationToken)
        => controllers.UseAsync(
            async session => await DeletedObjects.AccountAsync(session, settings, accountId, cancellationToken) is { } deleted ? Accounts(session).DeletedState(deleted) : null,
            cancellationToken);

    public Task ActAsync(ActRequest request, CancellationToken cancellationToken)
        => controllers.UseAsync(
            async session =>
            {
                await ActAsync(session, request, cancellationToken);
                return true;
            },
            cancellationToken);

    public Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken) => listings.PageAsync(cursor, cancellationToken);

    public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken) => new DomainCheck(settings, clock).RunAsync(controllers, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await listings.DisposeAsync();
        await controllers.DisposeAsync();
    }

    private DomainAccounts Accounts(LdapSession session) => new(session, settings, clock);

    private async Task ActAsync(LdapSession session, ActRequest request, CancellationToken cancellationToken)
    {
        var accounts = Accounts(session);
        var account = await accounts.EntryAsync(request.Before.Account.Id, cancellationToken);
        if (account is null && request.Action == StepAction.RestoreAccount)
        {
            account = await UndeletedAsync(session, request, cancellationToken);
        }

        if (account is null)
        {
            return;
        }

        if (accounts.IsCritical(account))
        {
            throw new SystemFaultException(new Fault(Outcome.Rejected, "protected-account", "This is the account that the connector itself uses, or one that the domain needs."));
        }

        var changes = new DomainChanges(session, settings, clock);
        await (request.Action switch
        {
            StepAction.DisableAccount => changes.DisableAsync(account, request.FollowUp, cancellationToken),
            StepAction.RevokeCredentials => changes.RevokeCredentialsAsync(account, cancellationToken),
            StepAction.RemoveEntitlements => changes.RemoveEntitlementsAsync(account, request.OnlyEntitlements, request.FollowUp, cancellationToken),
            StepAction.DeleteAccount => changes.DeleteAsync(account, cancellationToken),
            StepAction.RestoreAccount => changes.RestoreAsync(account, request.Snapshot, request.FollowUp, cancellationToken),
            _ => throw new SystemFaultException(Fault.Unsupported(request.Action)),
        });
    }

    /// <summary>The account, brought back, as it is now.</summary>
    /// <exception cref="SystemFaultException">It was not deleted by us, or is not kept.</exception>
    private async Task<SearchResultEntry?> UndeletedAsync(LdapSession session, ActRequest request, CancellationToken cancellationToken)
    {
        if (request.Snapshot is not { Recoverable: true } || await DeletedObjects.AccountAsync(session, settings, request.Before.Account.Id, cancellationToken) is not { } deleted)
        {
            throw new SystemFaultException(new Fault(
                Outcome.Rejected, "account-gone", "The account was deleted. Where the domain keeps it among its deleted objects, have it brought back, and replay; a new account would be another one."));
        }

        await DeletedObjects.UndeleteAsync(session, deleted, cancellationToken);
        return await Accounts(session).EntryAsync(request.Before.Account.Id, cancellationToken)
            ?? throw new SystemFaultException(new Fault(Outcome.Transient, "not-yet-visible", "It was brought back, and is not seen yet."));
    }
}
