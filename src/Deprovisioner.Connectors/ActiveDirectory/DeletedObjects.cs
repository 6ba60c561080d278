using System.DirectoryServices.Protocols;
using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.ActiveDirectory;

// Theory of operation. A deleted object goes to the container of deleted objects, under a name that has its id, and keeps its objectGUID and objectSid ([MS-ADTS], section 3.1.1.5.5). With the forest's recycle bin it keeps all the
// rest too, links among it; without, a tombstone with few attributes. To bring it back is one modify that takes isDeleted away and gives it a place (section 3.1.1.5.3.7), the same in both cases. What it lacks then is the
// restore's trouble: the account as it stands says that, so a restore that was interrupted goes on where it was.

/// <summary>What a domain keeps of deleted accounts.</summary>
internal static class DeletedObjects
{
    private const string IsDeleted = "isDeleted";
    private const string Place = "distinguishedName";
    private const string Parent = "lastKnownParent";
    private const string Rdn = "msDS-LastKnownRDN";

    /// <summary>LDAP_SERVER_SHOW_DELETED_OID ([MS-ADTS], section 3.1.1.3.4.1.14).</summary>
    private const string ShowDeleted = "1.2.840.113556.1.4.417";

    /// <summary>In the names of deleted objects ([MS-ADTS], section 3.1.1.5.5): a line break and this, and the id.</summary>
    private const string Mark = "\nDEL:";

    /// <summary>The container, by GUID_DELETED_OBJECTS_CONTAINER_W ([MS-ADTS], section 6.1.1.4).</summary>
    public static string Of(string domain) => $"<WKGUID=18E2EA80684F11D2B9AA00C04F79F805,{domain}>";

    /// <summary>An entry, deleted or not; null where it is not there or not to be seen.</summary>
    public static async Task<SearchResultEntry?> DeletedEntryAsync(this LdapSession session, string dn, IReadOnlyList<string> attributes, CancellationToken cancellationToken)
    {
        var request = new SearchRequest(dn, "(objectClass=*)", SearchScope.Base, [.. attributes]);
        request.Controls.Add(Deleted());
        var answer = (SearchResponse)await session.SendAsync(request, LdapEffect.Reads, cancellationToken);
        if ((int)answer.ResultCode is LdapFaults.NoSuchObject or LdapFaults.InsufficientAccessRights)
        {
            return null;
        }

        LdapSearch.ThrowUnlessDone(answer, LdapEffect.Reads);
        return answer.Entries.Count > 0 ? answer.Entries[0] : null;
    }

    /// <summary>The deleted account with this id, out of the part of the domain in which accounts are looked for.</summary>
    /// <param name="accountId">An objectGUID; one that is none finds nothing.</param>
    public static async Task<SearchResultEntry?> AccountAsync(LdapSession session, ActiveDirectorySettings settings, string accountId, CancellationToken cancellationToken)
        => Guid.TryParseExact(accountId, "D", out var id)
            && await session.DeletedEntryAsync($"<GUID={ObjectGuid.Text(id)}>", [ObjectGuid.Attribute, DomainAttributes.Sid, DomainAttributes.AccountName, DomainAttributes.Critical, IsDeleted, Parent, Rdn, "cn"], cancellationToken) is { } entry
            && "TRUE".Equals(entry.First(IsDeleted), StringComparison.OrdinalIgnoreCase)
            && DistinguishedNames.IsBelow(entry.First(Parent) ?? "", settings.BaseDn)
                ? entry
                : null;

    /// <summary>Where it was. The names are the server's; a name as people write it is escaped for its place (RFC 4514, section 2.4).</summary>
    public static string PlaceOf(SearchResultEntry deleted)
        => $"CN={DistinguishedNames.Escaped(deleted.First(Rdn) ?? (deleted.First("cn") ?? "").Split(Mark)[0])},{deleted.First(Parent)}";

    /// <exception cref="SystemFaultException">The controller refuses, or the container was deleted too.</exception>
    public static async Task UndeleteAsync(LdapSession session, SearchResultEntry deleted, CancellationToken cancellationToken)
    {
        if (deleted.First(Parent)!.Contains("\\0ADEL:", StringComparison.OrdinalIgnoreCase))
        {
            throw new SystemFaultException(new Fault(Outcome.Rejected, "container-gone", $"The container of {PlaceOf(deleted)} was deleted too: bring it back first, and replay."));
        }

        var alive = new DirectoryAttributeModification { Name = IsDeleted, Operation = DirectoryAttributeOperation.Delete };
        var place = new DirectoryAttributeModification { Name = Place, Operation = DirectoryAttributeOperation.Replace };
        place.Add(PlaceOf(deleted));
        var request = new ModifyRequest(deleted.DistinguishedName, alive, place);
        request.Controls.Add(Deleted());
        var answer = await session.SendAsync(request, LdapEffect.ChangesEntry, cancellationToken);
        if ((int)answer.ResultCode is not LdapFaults.Success)
        {
            throw new SystemFaultException(Refused((int)answer.ResultCode, answer.ErrorMessage, PlaceOf(deleted)));
        }
    }

    private static Fault Refused(int code, string? diagnostic, string place)
        => code switch
        {
            LdapFaults.InsufficientAccessRights => new(
                Outcome.Rejected, "ldap-50", $"The bind DN may not bring {place} back: give it the right Reanimate Tombstones on the domain, and the right to create user objects where it was."),
            DomainFaults.EntryAlreadyExists => new(Outcome.Rejected, "ldap-68", $"Another object has the name {place} now: rename it, or bring the deleted one back by hand to another place, and replay."),
            _ => LdapFaults.Of(code, LdapEffect.ChangesEntry, diagnostic),
        };

    private static DirectoryControl Deleted() => new(ShowDeleted, null, isCritical: true, serverSide: true);
}
