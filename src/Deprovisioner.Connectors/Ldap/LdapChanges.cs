using System.DirectoryServices.Protocols;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>Changes one account on one connection. The entry was read just before, under the DN that it has now.</summary>
internal sealed class LdapChanges(LdapSession session, LdapSettings settings)
{
    private readonly LdapGroups groups = new(session, settings);

    public async Task DisableAsync(SearchResultEntry account, CancellationToken cancellationToken)
    {
        if (await new LdapAccounts(session, settings).PolicyThatIgnoresLocksAsync(account, cancellationToken) is { } policy)
        {
            throw new SystemFaultException(new Fault(
                Outcome.Rejected, "lock-ignored", $"Under the account's password policy {policy} the server ignores locks: set pwdLockout to TRUE there."));
        }

        await ChangeAsync(account, LdapEffect.ChangesEntry, settings.Lock.Disable(), cancellationToken);
    }

    public async Task RevokeCredentialsAsync(SearchResultEntry account, CancellationToken cancellationToken)
    {
        foreach (var attribute in settings.CredentialAttributes)
        {
            var remove = new DirectoryAttributeModification { Name = attribute, Operation = DirectoryAttributeOperation.Delete };
            await ChangeAsync(account, LdapEffect.RemovesValue, remove, cancellationToken);
        }

        if (settings.Lock.IsDisabledBy(account.Texts(settings.Lock.Attribute)))
        {
            // slapd lifts the lock when the password is changed by its rootdn (measured with 2.5.13): an account that was disabled stays so.
            await ChangeAsync(account, LdapEffect.ChangesEntry, settings.Lock.Disable(), cancellationToken);
        }
    }

    public async Task DeleteAsync(SearchResultEntry account, Action<string> followUp, CancellationToken cancellationToken)
    {
        // Servers do not all tidy up after an entry: left in a group, its DN would hand the group to whoever gets that DN next.
        await groups.RemoveAsync(account, only: null, followUp, cancellationToken);
        await SendAsync(new DeleteRequest(account.DistinguishedName), account, LdapEffect.DeletesEntry, cancellationToken);
    }

    public async Task RestoreAsync(SearchResultEntry account, AccountSnapshot? snapshot, CancellationToken cancellationToken)
    {
        if (snapshot is not { Enabled: false } && settings.Lock.IsDisabledBy(account.Texts(settings.Lock.Attribute)))
        {
            await ChangeAsync(account, LdapEffect.ChangesEntry, settings.Lock.Enable(snapshot?.Attributes.GetValueOrDefault(settings.Lock.Attribute)), cancellationToken);
        }

        var gone = new List<string>();
        foreach (var group in snapshot?.Entitlements ?? [])
        {
            if (!await groups.RestoreAsync(group, snapshot!.Attributes.GetValueOrDefault(LdapGroups.RestoreKey(group)), account, cancellationToken))
            {
                gone.Add(group);
            }
        }

        if (gone.Count > 0)
        {
            throw new SystemFaultException(new Fault(Outcome.Rejected, "group-gone", $"Restored, but for groups that are not there any more: {string.Join(", ", gone)}."));
        }
    }

    private Task ChangeAsync(SearchResultEntry account, LdapEffect effect, DirectoryAttributeModification change, CancellationToken cancellationToken)
        => SendAsync(new ModifyRequest(account.DistinguishedName, change), account, effect, cancellationToken);

    private async Task SendAsync(DirectoryRequest request, SearchResultEntry account, LdapEffect effect, CancellationToken cancellationToken)
    {
        if (session.Facts.Asserts)
        {
            // RFC 4528: only if the entry under this DN is still the one that was read, and not another that took its name since.
            var assertion = LdapWire.EqualityFilter(settings.IdAttribute, account.First(settings.IdAttribute)!);
            request.Controls.Add(new DirectoryControl(LdapServerFacts.AssertionControl, assertion, isCritical: true, serverSide: true));
        }

        LdapSearch.ThrowUnlessDone(await session.SendAsync(request, effect, cancellationToken), effect);
    }
}
