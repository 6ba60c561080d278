using System.DirectoryServices.Protocols;
using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.ActiveDirectory;

/// <summary>Whether a controller is reached, and lets the bind DN see and write what it must. Looks only. Whether it may reset passwords shows when it does: a controller does not tell.</summary>
internal sealed class DomainCheck(ActiveDirectorySettings settings, TimeProvider clock)
{
    /// <summary>What the bind DN may write on an object ([MS-ADTS], section 3.1.1.4.5.14).</summary>
    private const string Writable = "allowedAttributesEffective";

    /// <summary>Some of the first accounts are the domain's own, of which nothing follows.</summary>
    private const int Some = 50;

    private readonly List<CheckFinding> findings = [];

    public async Task<SystemCheck> RunAsync(DomainControllers controllers, CancellationToken cancellationToken)
    {
        try
        {
            return await controllers.UseAsync(session => LookAsync(session, cancellationToken), cancellationToken);
        }
        catch (SystemFaultException refused)
        {
            Found(refused.Fault.Outcome == Outcome.Unauthorized ? "sign-in" : "connection", false, refused.Fault.Message);
            return new SystemCheck(refused.Fault.Outcome != Outcome.Transient, null, findings);
        }
    }

    private async Task<SystemCheck> LookAsync(LdapSession session, CancellationToken cancellationToken)
    {
        Found("connection", true);
        Found("sign-in", true);
        Found("domain controller", session.Facts.Version is not null, "What answers is no domain controller: use the connector ldap.");
        Found("own account", session.Facts.OwnIds.Count > 0, "Set bindDn to the account's DN as the directory writes it: the connector must know which account is its own.");
        Found("base DN", await session.EntryAsync(settings.BaseDn, [ObjectGuid.Attribute], cancellationToken) is not null, $"Correct baseDn, or let the bind DN read {settings.BaseDn}.");
        if (settings.DisabledOu is { } container)
        {
            Found("disabledOu", await session.EntryAsync(container, [ObjectGuid.Attribute], cancellationToken) is not null, $"Create {container}, or let the bind DN read it.");
        }

        var others = OtherDomains.Of(session, settings);
        Found("other domains", others.Count == 0, $"Groups of {string.Join(", ", others)} may have members from here, and are not seen: have somebody look there, and name in otherDomains those of which that is taken care.");

        var accounts = new DomainAccounts(session, settings, clock);
        var filter = LdapFilter.And(settings.AccountFilter, LdapFilter.Present(settings.MatchAttribute));
        var (seen, _) = await session.PageAsync(settings.BaseDn, filter, [ObjectGuid.Attribute, DomainAttributes.Sid, DomainAttributes.Critical, DomainAttributes.AdminCount, Writable], [], Some, cancellationToken);
        Found("accounts", seen.Count > 0, $"No account with {settings.MatchAttribute} is seen: correct match.attribute, baseDn or accountFilter, or let the bind DN search and read it.");
        if (seen.FirstOrDefault(entry => !accounts.IsCritical(entry) && entry.First(DomainAttributes.AdminCount) != "1") is { } account)
        {
            MayWrite(account, DomainAttributes.Control, DomainAttributes.PrimaryGroup, DomainAttributes.OtherIdentities);
            if (settings.Expires)
            {
                MayWrite(account, DomainAttributes.Expires);
            }
        }

        var (groups, _) = await session.PageAsync(
            settings.GroupsBaseDn, $"(&(objectCategory=group)({DomainAttributes.Member}=*)(!({DomainAttributes.Critical}=TRUE)))", [ObjectGuid.Attribute, DomainAttributes.AdminCount, Writable], [], Some, cancellationToken);
        Found("groups", groups.Count > 0, "No group with members is seen: correct groups.baseDn, or let the bind DN read its groups and their members.");
        if (groups.FirstOrDefault(entry => entry.First(DomainAttributes.AdminCount) != "1") is { } group)
        {
            MayWrite(group, DomainAttributes.Member);
        }

        return new SystemCheck(true, session.Facts.Version, findings);
    }

    private void MayWrite(SearchResultEntry entry, params ReadOnlySpan<string> attributes)
    {
        var writable = entry.Texts(Writable);
        foreach (var attribute in attributes)
        {
            Found($"may write {attribute}", writable.Contains(attribute, StringComparer.OrdinalIgnoreCase), $"Delegate to the bind DN the right to write {attribute}, such as of {entry.DistinguishedName}.");
        }
    }

    private void Found(string subject, bool ok, string? remedy = null) => findings.Add(new CheckFinding(subject, ok, ok ? null : remedy));
}
