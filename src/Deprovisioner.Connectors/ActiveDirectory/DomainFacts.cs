using System.DirectoryServices.Protocols;
using System.Globalization;
using Deprovisioner.Connectors.Ldap;

namespace Deprovisioner.Connectors.ActiveDirectory;

/// <summary>What matters of a domain as a whole.</summary>
/// <param name="HasRecycleBin">Whether the forest keeps all of a deleted object; without it a tombstone is kept, with few attributes.</param>
/// <param name="SeesDeleted">Whether the bind DN may look into the deleted objects.</param>
/// <param name="Others">DNS names of other domains whose groups may have members from this one, in order.</param>
internal sealed record DomainFacts(bool HasRecycleBin, bool SeesDeleted, IReadOnlyList<string> Others)
{
    /// <summary>What is asked of the rootDSE for it.</summary>
    public static readonly IReadOnlyList<string> Roots = [Domain, Configuration];

    private const string Domain = "defaultNamingContext";
    private const string Configuration = "configurationNamingContext";

    /// <summary>[MS-ADTS], section 3.1.1.9: optional features that are on for the forest, and section 3.1.1.9.1, the Recycle Bin.</summary>
    private const string Features = "msDS-EnabledFeature";
    private const string RecycleBin = "CN=Recycle Bin Feature,";

    /// <summary>FLAG_CR_NTDS_DOMAIN ([MS-ADTS], section 2.2.11): the crossRef is of a domain of the forest.</summary>
    private const string Domains = "(&(objectCategory=crossRef)(systemFlags:1.2.840.113556.1.4.803:=2))";

    /// <summary>TRUST_DIRECTION_INBOUND ([MS-ADTS], section 6.1.6.7.12): that domain trusts this one, so people of this one may be in its groups.</summary>
    private const int Inbound = 1;

    public static async Task<DomainFacts> ReadAsync(LdapSession session, SearchResultEntry root, CancellationToken cancellationToken)
    {
        var domain = root.First(Domain) ?? "";
        var configuration = root.First(Configuration) ?? "";
        var partitions = await session.EntryAsync($"CN=Partitions,{configuration}", [ObjectGuid.Attribute, Features], cancellationToken);
        var deleted = await session.DeletedEntryAsync(DeletedObjects.Of(domain), [ObjectGuid.Attribute], cancellationToken);
        var trusting = await session.AllAsync(domain, "(objectCategory=trustedDomain)", ["trustPartner", "trustDirection"], cancellationToken);
        var forest = partitions is null ? [] : await session.AllAsync(partitions.DistinguishedName, Domains, ["nCName", "dnsRoot"], cancellationToken);
        return new DomainFacts(
            partitions?.Texts(Features).Any(feature => feature.StartsWith(RecycleBin, StringComparison.OrdinalIgnoreCase)) == true,
            deleted is not null && ObjectGuid.Of(deleted) is not null,
            [
                .. trusting.Where(IsInbound).Select(trust => trust.First("trustPartner"))
                    .Concat(forest.Where(other => !domain.Equals(other.First("nCName"), StringComparison.OrdinalIgnoreCase)).Select(other => other.First("dnsRoot")))
                    .OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase),
            ]);
    }

    private static bool IsInbound(SearchResultEntry trust)
        => int.TryParse(trust.First("trustDirection"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var direction) && (direction & Inbound) != 0;
}
