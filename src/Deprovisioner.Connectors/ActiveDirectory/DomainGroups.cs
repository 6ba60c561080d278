using System.Buffers.Binary;
using System.DirectoryServices.Protocols;
using System.Globalization;
using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.ActiveDirectory;

/// <summary>An account's place in one group.</summary>
/// <param name="Id">The group's objectGUID; its DN where the group itself was not seen.</param>
/// <param name="Dn">The group's DN.</param>
/// <param name="IsPrimary">The account's primary group: the account names it, and it does not list the account.</param>
/// <param name="Owner">Null: removable here.</param>
/// <param name="IsSeen">False: only the account's memberOf says so.</param>
internal sealed record DomainMembership(string Id, string Dn, bool IsPrimary = false, string? Owner = null, bool IsSeen = true);

// Theory of operation. Everybody has a primary group, which no membership says; Domain Users is everybody's, and stays. Another one may give rights (Domain Admins, say), so it counts as any group does: to take it away, Domain Users
// becomes the primary group, and the one before is then an ordinary membership ([MS-ADTS], section 3.1.1.5.3.1.1.4, and [MS-SAMR], section 3.1.1.8.2).

/// <summary>Groups of the domain in which an account is.</summary>
internal sealed class DomainGroups(LdapSession session, ActiveDirectorySettings settings)
{
    private const string IsGroup = "(objectCategory=group)";

    /// <summary>DOMAIN_GROUP_RID_USERS ([MS-DTYP], section 2.4.2.4).</summary>
    private const uint DomainUsers = 513;

    public async Task<IReadOnlyList<DomainMembership>> OfAsync(SearchResultEntry account, CancellationToken cancellationToken)
    {
        var ordinary = (await session.RangedAsync(account, DomainAttributes.MemberOf, cancellationToken)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var filter = LdapFilter.And(IsGroup, LdapFilter.Equal(DomainAttributes.Member, account.DistinguishedName)!);
        var found = (await session.AllAsync(settings.GroupsBaseDn, filter, [ObjectGuid.Attribute], cancellationToken)).Select(group => new DomainMembership(IdOf(group), group.DistinguishedName)).ToList();
        var primary = Primary(account) is { } rid && rid != DomainUsers ? await ByRidAsync(account, rid, cancellationToken) : null;
        if (primary is not null)
        {
            // Whoever has another primary group is in Domain Users as in any other.
            var everybody = (await ByRidAsync(account, DomainUsers, cancellationToken)).DistinguishedName;
            found.RemoveAll(group => group.Dn == everybody);
            found.Add(new DomainMembership(IdOf(primary), primary.DistinguishedName, IsPrimary: true));
            ordinary.Remove(everybody);
        }

        // A group that the bind DN does not see, or of another domain, would else look like none.
        ordinary.ExceptWith(found.Select(group => group.Dn));
        found.AddRange(ordinary.Select(dn => new DomainMembership(dn, dn, Owner: DistinguishedNames.IsBelow(dn, session.Facts.GroupsBaseDn) ? null : "outside groups.baseDn", IsSeen: false)));
        return found;
    }

    /// <summary>Takes the account out of its groups. One that refuses does not keep it in the others; the first refusal is told at the end.</summary>
    /// <param name="only">The ids of the groups; null: all.</param>
    public async Task RemoveAsync(SearchResultEntry account, IReadOnlySet<string>? only, CancellationToken cancellationToken)
    {
        var leave = (await OfAsync(account, cancellationToken)).Where(one => one.Owner is null && (only is null || only.Contains(one.Id)));
        await session.EachAsync(leave, membership => RemoveAsync(membership, account, cancellationToken));
    }

    /// <summary>Takes the account out of all groups but these.</summary>
    public async Task RemoveAsync(SearchResultEntry account, IReadOnlyList<string> keep, CancellationToken cancellationToken)
        => await session.EachAsync((await OfAsync(account, cancellationToken)).Where(one => one.Owner is null && !keep.Contains(one.Id)), membership => RemoveAsync(membership, account, cancellationToken));

    /// <summary>Puts the account back into a group.</summary>
    /// <param name="primary">The primary group that it had; null: not known.</param>
    /// <returns>False: the group is gone.</returns>
    public async Task<bool> RestoreAsync(string groupId, string? primary, SearchResultEntry account, CancellationToken cancellationToken)
    {
        var found = ObjectGuid.Filter(groupId) is { } equal ? await session.AllAsync(settings.GroupsBaseDn, LdapFilter.And(IsGroup, equal), [ObjectGuid.Attribute, DomainAttributes.Sid], cancellationToken) : [];
        if (found is not [var group])
        {
            return false;
        }

        await AddAsync(group, account, cancellationToken);
        if (uint.TryParse(primary, NumberStyles.None, CultureInfo.InvariantCulture, out var rid) && RidOf(group) == rid && Primary(account) != rid)
        {
            await MakePrimaryAsync(account, rid, cancellationToken);
        }

        return true;
    }

    private async Task RemoveAsync(DomainMembership membership, SearchResultEntry account, CancellationToken cancellationToken)
    {
        if (!membership.IsSeen)
        {
            // The account was read before the groups were asked: it may have left meanwhile.
            if (await session.EntryAsync(account.DistinguishedName, [LdapSearch.FirstOf(DomainAttributes.MemberOf)], cancellationToken) is not { } now
                || !(await session.RangedAsync(now, DomainAttributes.MemberOf, cancellationToken)).Contains(membership.Dn, StringComparer.OrdinalIgnoreCase))
            {
                return;
            }

            throw new SystemFaultException(new Fault(
                Outcome.Rejected, "group-hidden", $"memberOf says {membership.Dn}, but the bind DN sees no such membership: let it see the group and its members."));
        }

        if (membership.IsPrimary)
        {
            var everybody = await ByRidAsync(account, DomainUsers, cancellationToken);

            // Whoever once had it as the primary group is in it, and then no right to change it is needed.
            if (!await HasAsync(everybody.DistinguishedName, account, cancellationToken))
            {
                await AddAsync(everybody, account, cancellationToken);
            }

            await MakePrimaryAsync(account, DomainUsers, cancellationToken);
        }

        var answer = await ChangeAsync(membership.Dn, LdapEffect.RemovesValue, DirectoryAttributeOperation.Delete, DomainAttributes.Member, account.DistinguishedName, cancellationToken);

        // A controller says "unwilling to perform" of somebody who is no member (any more), and of what it does not allow.
        if ((int)answer.ResultCode != DomainFaults.UnwillingToPerform || await HasAsync(membership.Dn, account, cancellationToken))
        {
            DomainFaults.ThrowUnlessDone(answer, LdapEffect.RemovesValue, membership.Dn);
        }
    }

    private async Task<bool> HasAsync(string group, SearchResultEntry account, CancellationToken cancellationToken)
        => (await session.AllAsync(group, LdapFilter.Equal(DomainAttributes.Member, account.DistinguishedName)!, [ObjectGuid.Attribute], cancellationToken)).Count > 0;

    private async Task AddAsync(SearchResultEntry group, SearchResultEntry account, CancellationToken cancellationToken)
    {
        var answer = await ChangeAsync(group.DistinguishedName, LdapEffect.AddsValue, DirectoryAttributeOperation.Add, DomainAttributes.Member, account.DistinguishedName, cancellationToken);
        if ((int)answer.ResultCode != DomainFaults.EntryAlreadyExists)
        {
            DomainFaults.ThrowUnlessDone(answer, LdapEffect.AddsValue, group.DistinguishedName);
        }
    }

    private async Task MakePrimaryAsync(SearchResultEntry account, uint rid, CancellationToken cancellationToken)
        => DomainFaults.ThrowUnlessDone(
            await ChangeAsync(account.DistinguishedName, LdapEffect.ChangesEntry, DirectoryAttributeOperation.Replace, DomainAttributes.PrimaryGroup, rid.ToString(CultureInfo.InvariantCulture), cancellationToken),
            LdapEffect.ChangesEntry, account.DistinguishedName);

    private Task<DirectoryResponse> ChangeAsync(string dn, LdapEffect effect, DirectoryAttributeOperation operation, string attribute, string value, CancellationToken cancellationToken)
    {
        var change = new DirectoryAttributeModification { Name = attribute, Operation = operation };
        change.Add(value);
        return session.SendAsync(new ModifyRequest(dn, change), effect, cancellationToken);
    }

    /// <summary>A group of the account's own domain: its SID is the domain's, with another last part ([MS-DTYP], section 2.4.2).</summary>
    private async Task<SearchResultEntry> ByRidAsync(SearchResultEntry account, uint rid, CancellationToken cancellationToken)
    {
        var sid = account.Bytes(DomainAttributes.Sid) is { Length: > 4 } own ? own.ToArray()
            : throw new SystemFaultException(new Fault(Outcome.Unauthorized, "attribute-hidden", $"The bind DN may not read {DomainAttributes.Sid}: allow it to."));
        BinaryPrimitives.WriteUInt32LittleEndian(sid.AsSpan(sid.Length - 4), rid);
        var filter = LdapFilter.And(IsGroup, LdapFilter.Equal(DomainAttributes.Sid, sid));
        return (await session.AllAsync(DistinguishedNames.Domain(account.DistinguishedName), filter, [ObjectGuid.Attribute, DomainAttributes.Sid], cancellationToken)).SingleOrDefault()
            ?? throw new SystemFaultException(new Fault(Outcome.Unauthorized, "group-hidden", $"The bind DN does not see the group whose SID ends with {rid}: let it read the domain's groups."));
    }

    private static uint? Primary(SearchResultEntry account)
        => uint.TryParse(account.First(DomainAttributes.PrimaryGroup), NumberStyles.None, CultureInfo.InvariantCulture, out var rid) ? rid : null;

    private static uint? RidOf(SearchResultEntry group) => group.Bytes(DomainAttributes.Sid) is { Length: > 4 } sid ? BinaryPrimitives.ReadUInt32LittleEndian(sid.AsSpan(sid.Length - 4)) : null;

    private static string IdOf(SearchResultEntry group) => ObjectGuid.Of(group) is { } id ? ObjectGuid.Text(id) : group.DistinguishedName;
}
