using Deprovisioner.Connectors.ActiveDirectory;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>What a server says of itself and of the bound account.</summary>
/// <param name="Version">Vendor and version from the rootDSE (RFC 3045); null: it does not tell.</param>
/// <param name="Asserts">Whether it knows the assertion control (RFC 4528).</param>
/// <param name="OwnIds">Ids of the bound account's and the placeholder's own entries, as far as they have one.</param>
/// <param name="GroupsBaseDn">The groups' base DN as the server writes it, so that it can be compared with other DNs that the server wrote.</param>
internal sealed record LdapServerFacts(string? Version, bool Asserts, IReadOnlySet<string> OwnIds, string GroupsBaseDn)
{
    public const string AssertionControl = "1.3.6.1.1.12";

    /// <summary>What a domain controller says of its domain beside that; null: it is none.</summary>
    public DomainFacts? Domain { get; init; }

    public static readonly LdapServerFacts Unknown = new(null, Asserts: false, new HashSet<string>(), "");

    public static async Task<LdapServerFacts> ReadAsync(LdapSession session, IReadOnlyList<string> ownDns, string idAttribute, string groupsBaseDn, CancellationToken cancellationToken)
    {
        var root = await session.EntryAsync("", ["supportedControl", "vendorName", "vendorVersion", "objectClass"], cancellationToken);
        var version = root is null ? null
            : root.First("vendorVersion") is { } told ? $"{root.First("vendorName")} {told}".Trim()
            : root.Texts("objectClass").Contains("OpenLDAProotDSE", StringComparer.OrdinalIgnoreCase) ? "OpenLDAP" : root.First("vendorName");

        var own = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var dn in ownDns.Distinct())
        {
            // The configured text of a DN may differ from the server's in case and blanks; the id does not.
            if (await session.EntryAsync(dn, [idAttribute], cancellationToken) is { } entry && entry.First(idAttribute) is { } id)
            {
                own.Add(id);
            }
        }

        var groups = await session.EntryAsync(groupsBaseDn, [idAttribute], cancellationToken);
        return new LdapServerFacts(version, root?.Texts("supportedControl").Contains(AssertionControl) ?? false, own, groups?.DistinguishedName ?? groupsBaseDn);
    }
}
