using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>One directory. An account is known by its entry's immutable id (RFC 4530: entryUUID); its DN is read anew each time.</summary>
internal sealed class LdapConnector(LdapSettings settings, TimeProvider clock) : IConnector
{
    private readonly LdapSessions sessions = new(settings.Server, clock);
    private readonly LdapListings listings = new(() => settings.Server, clock, (session, cookie, cancellationToken) => new LdapAccounts(session, settings).PageAsync(cookie, cancellationToken));

    public Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
        => sessions.UseAsync<IReadOnlyList<AccountRef>>(
            async session =>
            {
                var accounts = new LdapAccounts(session, settings);
                return [.. (await accounts.FindAsync(matchValue, cancellationToken)).Select(accounts.Ref)];
            },
            cancellationToken);

    public Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken)
        => sessions.UseAsync(
            async session =>
            {
                var accounts = new LdapAccounts(session, settings);
                return await accounts.EntryAsync(accountId, cancellationToken) is { } entry ? await accounts.StateAsync(entry, cancellationToken) : null;
            },
            cancellationToken);

    public Task ActAsync(ActRequest request, CancellationToken cancellationToken)
        => sessions.UseAsync(
            async session =>
            {
                await ActAsync(session, request, cancellationToken);
                return true;
            },
            cancellationToken);

    public Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken) => listings.PageAsync(cursor, cancellationToken);

    public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken) => new LdapCheck(settings).RunAsync(sessions, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await listings.DisposeAsync();
        await sessions.DisposeAsync();
    }

    private async Task ActAsync(LdapSession session, ActRequest request, CancellationToken cancellationToken)
    {
        var accounts = new LdapAccounts(session, settings);
        if (await accounts.EntryAsync(request.Before.Account.Id, cancellationToken) is not { } account)
        {
            if (request.Action == StepAction.RestoreAccount)
            {
                throw new SystemFaultException(new Fault(Outcome.Rejected, "account-gone", "The entry was deleted: a new one would be another account, so it cannot be put back."));
            }

            return;
        }

        if (accounts.IsOwn(account))
        {
            throw new SystemFaultException(new Fault(Outcome.Rejected, "protected-account", "This is the account that the connector itself uses."));
        }

        var changes = new LdapChanges(session, settings);
        await (request.Action switch
        {
            StepAction.DisableAccount => changes.DisableAsync(account, cancellationToken),
            StepAction.RevokeCredentials => changes.RevokeCredentialsAsync(account, cancellationToken),
            StepAction.RemoveEntitlements => new LdapGroups(session, settings).RemoveAsync(account, request.OnlyEntitlements, request.FollowUp, cancellationToken),
            StepAction.DeleteAccount => changes.DeleteAsync(account, request.FollowUp, cancellationToken),
            StepAction.RestoreAccount => changes.RestoreAsync(account, request.Snapshot, cancellationToken),
            _ => throw new SystemFaultException(Fault.Unsupported(request.Action)),
        });
    }
}
