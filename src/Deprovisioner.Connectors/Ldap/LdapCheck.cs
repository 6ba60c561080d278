using System.Net;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>Whether a directory is reached and shows the bind DN what it must see. Looks only; what it may write shows when it writes.</summary>
internal sealed class LdapCheck(LdapSettings settings)
{
    private readonly List<CheckFinding> findings = [];

    public async Task<SystemCheck> RunAsync(LdapSessions sessions, CancellationToken cancellationToken)
    {
        var guarded = settings.Server.Transport != LdapTransport.Plain || settings.Server.Host == "localhost" || (IPAddress.TryParse(settings.Server.Host, out var address) && IPAddress.IsLoopback(address));
        Found("encryption", guarded, "Use ldaps:// or startTls: the password crosses the network readable.");
        try
        {
            return await sessions.UseAsync(session => LookAsync(session, cancellationToken), cancellationToken);
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
        Found("base DN", await session.EntryAsync(settings.BaseDn, ["objectClass"], cancellationToken) is not null, $"Correct baseDn, or let the bind DN read {settings.BaseDn}.");

        var (accounts, _) = await session.PageAsync(
            settings.BaseDn, LdapFilter.And(settings.AccountFilter, LdapFilter.Present(settings.MatchAttribute)), [settings.IdAttribute, settings.MatchAttribute], [], 1, cancellationToken);
        Found("accounts", accounts.Count > 0, $"No account with {settings.MatchAttribute} is seen: correct match.attribute, baseDn or accountFilter, or let the bind DN search and read it.");
        if (accounts is [var account, ..])
        {
            var reader = new LdapAccounts(session, settings);
            Found("account id", account.First(settings.IdAttribute) is not null, $"Let the bind DN read {settings.IdAttribute}, or set idAttribute.");
            foreach (var attribute in settings.CredentialAttributes.Prepend(settings.Lock.Attribute))
            {
                var value = attribute == settings.Lock.Attribute ? settings.Lock.DisabledValue : "x";
                Found($"may read {attribute}", await reader.HasAsync(account.DistinguishedName, attribute, value, cancellationToken) is not null, $"Let the bind DN read {attribute}: what it cannot see it cannot prove gone.");
            }
        }

        var (groups, _) = await session.PageAsync(settings.GroupsBaseDn, "(|(member=*)(uniqueMember=*)(memberUid=*))", [settings.IdAttribute], [], 1, cancellationToken);
        Found("groups", groups.Count > 0, "No group with members is seen: correct groups.baseDn, or let the bind DN read its groups and their members.");
        if (settings.Lock.DependsOnPolicy)
        {
            var (policies, _) = await session.PageAsync(settings.BaseDn, "(&(objectClass=pwdPolicy)(pwdLockout=TRUE))", [settings.IdAttribute], [], 1, cancellationToken);
            Found("locks count", policies.Count > 0, "No password policy with pwdLockout TRUE is seen, and without one the server ignores locks: set it, or let the bind DN read it.");
        }

        return new SystemCheck(true, session.Facts.Version, findings);
    }

    private void Found(string subject, bool ok, string? remedy = null) => findings.Add(new CheckFinding(subject, ok, ok ? null : remedy));
}
