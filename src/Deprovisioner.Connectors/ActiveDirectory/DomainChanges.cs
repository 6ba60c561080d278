using System.DirectoryServices.Protocols;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.ActiveDirectory;

/// <summary>Changes one account on one connection. The entry was read just before, under the DN that it has now.</summary>
internal sealed class DomainChanges(LdapSession session, ActiveDirectorySettings settings, TimeProvider clock)
{
    private const string Password = "unicodePwd";
    private const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    private readonly DomainGroups groups = new(session, settings);

    public async Task DisableAsync(SearchResultEntry account, Action<string> followUp, CancellationToken cancellationToken)
    {
        List<DirectoryAttributeModification> changes = [Replace(DomainAttributes.Control, AccountControl.Of(account).Disabled(true).ToString())];
        if (settings.Expires)
        {
            changes.Add(Replace(DomainAttributes.Expires, clock.GetUtcNow().ToFileTime().ToString(CultureInfo.InvariantCulture)));
        }

        await ChangeAsync(account, cancellationToken, [.. changes]);
        if (settings.DisabledOu is { } container && !DistinguishedNames.IsBelow(account.DistinguishedName, container))
        {
            try
            {
                await MoveAsync(account, container, cancellationToken);
            }
            catch (SystemFaultException refused) when (session.Alive)
            {
                // It is disabled, which is what the step is for.
                followUp($"It is disabled, and could not be moved to {container}: {refused.Fault.Message}");
            }
        }
    }

    /// <summary>
    /// A controller takes the password before for up to an hour after a change (OldPasswordAllowedPeriod), so it is changed twice, to what nobody is told. Then no password is accepted at all until somebody gives a new one.
    /// </summary>
    public async Task RevokeCredentialsAsync(SearchResultEntry account, CancellationToken cancellationToken)
    {
        await ChangeAsync(account, cancellationToken, NewPassword());
        await ChangeAsync(account, cancellationToken, NewPassword());
        await ChangeAsync(
            account, cancellationToken,
            [
                Replace(DomainAttributes.Control, AccountControl.Of(account).RefusingPasswords(true).ToString()),
                .. new[] { DomainAttributes.OtherIdentities, DomainAttributes.Keys }.Where(attribute => account.Count(attribute) > 0).Select(attribute => Replace(attribute)),
            ]);
    }

    public async Task RemoveEntitlementsAsync(SearchResultEntry account, IReadOnlySet<string>? only, Action<string> followUp, CancellationToken cancellationToken)
    {
        if (only is null && OtherDomains.Of(session, settings) is { Count: > 0 } others)
        {
            followUp($"Groups of other domains are not seen from here: look whether the account is in any of {string.Join(", ", others)}.");
        }

        await groups.RemoveAsync(account, only, cancellationToken);
    }

    /// <summary>The controller takes it out of its groups itself. What is below it (a phone's entry) keeps it from being deleted, and is not deleted with it unasked.</summary>
    public async Task DeleteAsync(SearchResultEntry account, CancellationToken cancellationToken)
        => DomainFaults.ThrowUnlessDone(await session.SendAsync(new DeleteRequest(account.DistinguishedName), LdapEffect.DeletesEntry, cancellationToken), LdapEffect.DeletesEntry, account.DistinguishedName);

    public async Task RestoreAsync(SearchResultEntry account, AccountSnapshot? snapshot, Action<string> followUp, CancellationToken cancellationToken)
    {
        var before = snapshot?.Attributes ?? new Dictionary<string, string>();
        var control = AccountControl.Of(account);
        var wanted = control.Disabled(snapshot is { Enabled: false }).RefusingPasswords(before.GetValueOrDefault(DomainRestore.RefusesPasswords) == "true");
        List<DirectoryAttributeModification> changes = [Replace(DomainAttributes.Control, wanted.ToString())];
        var isTombstone = snapshot is { Recoverable: true } && session.Facts.Domain is not { HasRecycleBin: true } && account.First(DomainAttributes.PasswordSet) is null or "0";
        if ((settings.Expires || isTombstone) && long.TryParse(before.GetValueOrDefault(DomainAttributes.Expires), NumberStyles.None, CultureInfo.InvariantCulture, out var expires))
        {
            changes.Add(Replace(DomainAttributes.Expires, expires.ToString(CultureInfo.InvariantCulture)));
        }

        if (snapshot is { Recoverable: true })
        {
            // With the recycle bin it comes back with all its groups, of which some may be justified no more; and it may come back enabled.
            await groups.RemoveAsync(account, keep: snapshot.Entitlements, cancellationToken);
        }

        if (isTombstone)
        {
            await ChangeAsync(account, cancellationToken, NewPassword());
            followUp($"The account was brought back from a tombstone: it has its SID, its name and its groups, and a password that nobody knows. All its other attributes are lost, {settings.MatchAttribute} among them if it is none of these: give it a password, and fill them in.");
        }

        await ChangeAsync(account, cancellationToken, [.. changes]);
        if (control.RefusesPasswords && !wanted.RefusesPasswords)
        {
            followUp("Its password was replaced when access ended: give it a new one.");
        }

        var gone = new List<string>();
        foreach (var group in snapshot?.Entitlements ?? [])
        {
            if (!await groups.RestoreAsync(group, before.GetValueOrDefault(DomainAttributes.PrimaryGroup), account, cancellationToken))
            {
                gone.Add(group);
            }
        }

        await MoveBackAsync(account, before.GetValueOrDefault(DomainRestore.Container), followUp, cancellationToken);
        if (gone.Count > 0)
        {
            throw new SystemFaultException(new Fault(Outcome.Rejected, "group-gone", $"Restored, but for groups that are not there any more: {string.Join(", ", gone)}."));
        }
    }

    /// <param name="container">From a stored snapshot, which is not trusted to name any place it likes.</param>
    private async Task MoveBackAsync(SearchResultEntry account, string? container, Action<string> followUp, CancellationToken cancellationToken)
    {
        if (settings.DisabledOu is { } disabled && DistinguishedNames.IsBelow(account.DistinguishedName, disabled)
            && container is not null && DistinguishedNames.IsBelow(container, settings.BaseDn) && !DistinguishedNames.IsBelow(container, disabled))
        {
            try
            {
                await MoveAsync(account, container, cancellationToken);
            }
            catch (SystemFaultException refused) when (session.Alive)
            {
                followUp($"It is restored, and could not be moved back to {container}: {refused.Fault.Message}");
            }
        }
    }

    private async Task MoveAsync(SearchResultEntry account, string container, CancellationToken cancellationToken)
    {
        var own = DistinguishedNames.Split(account.DistinguishedName)!.Value.Own;
        var answer = await session.SendAsync(new ModifyDNRequest(account.DistinguishedName, container, own), LdapEffect.ChangesEntry, cancellationToken);
        DomainFaults.ThrowUnlessDone(answer, LdapEffect.ChangesEntry, account.DistinguishedName);
    }

    private async Task ChangeAsync(SearchResultEntry account, CancellationToken cancellationToken, params DirectoryAttributeModification[] changes)
        => DomainFaults.ThrowUnlessDone(
            await session.SendAsync(new ModifyRequest(account.DistinguishedName, changes), LdapEffect.ChangesEntry, cancellationToken), LdapEffect.ChangesEntry, account.DistinguishedName);

    /// <summary>[MS-ADTS], section 3.1.1.3.1.5.1: in quotes, as UTF-16. Long and of every kind of character, so that any policy takes it.</summary>
    private static DirectoryAttributeModification NewPassword()
    {
        var change = new DirectoryAttributeModification { Name = Password, Operation = DirectoryAttributeOperation.Replace };
        change.Add(Encoding.Unicode.GetBytes($"\"aA1!{RandomNumberGenerator.GetString(Letters, 60)}\""));
        return change;
    }

    /// <summary>With no value it removes the attribute (RFC 4511, section 4.6).</summary>
    private static DirectoryAttributeModification Replace(string attribute, params ReadOnlySpan<string> values)
    {
        var change = new DirectoryAttributeModification { Name = attribute, Operation = DirectoryAttributeOperation.Replace };
        foreach (var value in values)
        {
            change.Add(value);
        }

        return change;
    }
}
