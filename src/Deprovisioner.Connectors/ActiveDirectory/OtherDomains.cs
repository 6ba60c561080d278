using Deprovisioner.Connectors.Ldap;

namespace Deprovisioner.Connectors.ActiveDirectory;

/// <summary>
/// Domains that are another system's trouble. A controller's memberOf has the groups of its own domain ([MS-ADTS], section 3.1.1.4.5.1); a domain local group of another one is known there alone, and in another forest the account itself
/// goes by an object of its own. So nothing is known here of such groups, and that is said.
/// </summary>
internal static class OtherDomains
{
    /// <summary>Those that may have members from here and of which nobody said that they are taken care of.</summary>
    public static IReadOnlyList<string> Of(LdapSession session, ActiveDirectorySettings settings)
        => [.. (session.Facts.Domain?.Others ?? []).Where(domain => !settings.OtherDomains.Contains(domain))];
}
