using System.Text.RegularExpressions;
using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.ActiveDirectory;

/// <summary>One configured domain, checked, its secrets resolved.</summary>
internal sealed partial class ActiveDirectorySettings
{
    /// <summary>SAM_USER_OBJECT ([MS-SAMR], section 2.2.1.9): no computer, no trust, no group managed service account.</summary>
    public const string DefaultAccountFilter = "(sAMAccountType=805306368)";

    /// <summary>
    /// LDAP_SERVER_DOMAIN_SCOPE_OID ([MS-ADTS], section 3.1.1.3.4.1.4): no referrals to the other partitions, which the root of a domain always has below it.
    /// </summary>
    private const string DomainScope = "1.2.840.113556.1.4.1339";

    /// <summary>"Maximum lifetime for user ticket" of the default domain policy.</summary>
    private const string UsualTicketLifetime = "10h";

    /// <summary>The first is asked as long as it can be reached.</summary>
    public required IReadOnlyList<LdapServer> Controllers { get; init; }

    public required string BaseDn { get; init; }

    public required string AccountFilter { get; init; }

    public required string GroupsBaseDn { get; init; }

    public required string MatchAttribute { get; init; }

    /// <summary>Null: accounts stay where they are.</summary>
    public required string? DisabledOu { get; init; }

    public required bool Expires { get; init; }

    public required TimeSpan TicketLifetime { get; init; }

    /// <summary>Domains of whose groups somebody else takes care.</summary>
    public required IReadOnlySet<string> OtherDomains { get; init; }

    /// <summary>Reads a system's settings.</summary>
    /// <exception cref="SystemFaultException">A value cannot be used; the message says which and why.</exception>
    /// <exception cref="SecretMissingException">A reference leads nowhere.</exception>
    public static ActiveDirectorySettings From(SystemSettings system, ISecrets secrets)
    {
        var settings = new SettingsReader(system, secrets);
        var match = system.Match?.Attribute ?? DomainAttributes.AccountName;
        if (!AttributeName().IsMatch(match))
        {
            throw settings.Unusable("match.attribute", "is no attribute name (RFC 4512, section 2.5)");
        }

        var baseDn = settings.Required("baseDn");
        var groupsBaseDn = settings.Optional("groups.baseDn") ?? baseDn;
        var alternates = system.Values.Keys.Where(key => key.StartsWith("alternates.", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        return new()
        {
            Controllers = [.. alternates.Prepend("url").Select(key => Controller(system, settings, key, groupsBaseDn))],
            BaseDn = baseDn,
            AccountFilter = settings.Optional("accountFilter") ?? DefaultAccountFilter,
            GroupsBaseDn = groupsBaseDn,
            MatchAttribute = match,
            DisabledOu = settings.Optional("disabledOu"),
            Expires = settings.Flag("expire"),
            OtherDomains = system.Values.Keys.Where(key => key.StartsWith("otherDomains.", StringComparison.Ordinal)).Select(settings.Required).ToHashSet(StringComparer.OrdinalIgnoreCase),
            TicketLifetime = Durations.Parse(settings.Optional("ticketLifetime") ?? UsualTicketLifetime) ?? throw settings.Unusable("ticketLifetime", "is no duration such as 10h"),
        };
    }

    private static LdapServer Controller(SystemSettings system, SettingsReader settings, string key, string groupsBaseDn)
    {
        var bindDn = settings.Required("bindDn");
        var controller = LdapServer.From(system, settings, key, (session, cancellationToken) => FactsAsync(session, bindDn, groupsBaseDn, cancellationToken), DomainScope);

        // [MS-ADTS], section 3.1.1.3.1.5.1: unicodePwd is changed over an encrypted connection only.
        return controller.Transport != LdapTransport.Plain
            ? controller
            : throw settings.Unusable(key, "must be ldaps://, or ldap:// with startTls: a domain controller changes no password over a connection that is not encrypted");
    }

    private static async Task<LdapServerFacts> FactsAsync(LdapSession session, string bindDn, string groupsBaseDn, CancellationToken cancellationToken)
    {
        var root = await session.EntryAsync("", ["dnsHostName", "domainControllerFunctionality", "supportedCapabilities", .. DomainFacts.Roots], cancellationToken);
        var domain = root?.Texts("supportedCapabilities").Contains(DomainAttributes.IsActiveDirectory) == true ? await DomainFacts.ReadAsync(session, root, cancellationToken) : null;
        var version = root is null || domain is null ? null
            : $"Active Directory, functional level {root.First("domainControllerFunctionality")}, {root.First("dnsHostName")}, recycle bin {(domain.HasRecycleBin ? "on" : "off")}, deleted objects {(domain.SeesDeleted ? "seen" : "not seen")}";
        var own = await session.EntryAsync(bindDn, [ObjectGuid.Attribute], cancellationToken);
        var groups = await session.EntryAsync(groupsBaseDn, [ObjectGuid.Attribute], cancellationToken);
        return new LdapServerFacts(
            version, Asserts: false, own is not null && ObjectGuid.Of(own) is { } id ? new HashSet<string> { ObjectGuid.Text(id) } : new HashSet<string>(), groups?.DistinguishedName ?? groupsBaseDn)
        {
            Domain = domain,
        };
    }

    /// <summary>RFC 4512, section 2.5: a name or a numeric OID.</summary>
    [GeneratedRegex(@"^([A-Za-z][A-Za-z0-9-]*|[0-9]+(\.[0-9]+)+)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AttributeName();
}
