using System.DirectoryServices.Protocols;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>An account's place in one group.</summary>
/// <param name="Id">The group's immutable id; its DN where the group itself was not seen.</param>
/// <param name="Dn">The group's DN.</param>
/// <param name="Attribute">The group's attribute that names the account; null: only the account's memberOf says so.</param>
/// <param name="Value">What it names it by.</param>
/// <param name="Owner">Null: removable here.</param>
internal sealed record LdapMembership(string Id, string Dn, string? Attribute, string Value, string? Owner = null);

/// <summary>Groups that list their members: groupOfNames and groupOfUniqueNames (RFC 4519), posixGroup (RFC 2307).</summary>
internal sealed class LdapGroups(LdapSession session, LdapSettings settings)
{
    public const string MemberOf = "memberOf";
    private const string Member = "member";
    private const string UniqueMember = "uniqueMember";
    private const string MemberUid = "memberUid";

    /// <summary>Under which name the attributes that held the account are kept for a restore.</summary>
    public static string RestoreKey(string groupId) => $"group.{groupId}";

    /// <summary>
    /// All memberships. Beside asking the groups, the account's own memberOf is looked at where the server keeps one: a group that the bind
    /// DN cannot see would else look like none, and applications trust memberOf itself.
    /// </summary>
    public async Task<IReadOnlyList<LdapMembership>> OfAsync(SearchResultEntry account, CancellationToken cancellationToken)
    {
        var found = new List<LdapMembership>();
        await AddAsync(Member, account.DistinguishedName);
        await AddAsync(UniqueMember, account.DistinguishedName);
        foreach (var uid in account.Texts("uid"))
        {
            await AddAsync(MemberUid, uid);
        }

        var seen = found.Select(one => one.Dn).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var dn in account.Texts(MemberOf).Where(dn => !seen.Contains(dn)))
        {
            var ours = $",{dn}".EndsWith($",{session.Facts.GroupsBaseDn}", StringComparison.OrdinalIgnoreCase);
            found.Add(new LdapMembership(dn, dn, null, account.DistinguishedName, ours ? null : "outside groups.baseDn"));
        }

        return found;

        async Task AddAsync(string attribute, string value)
        {
            if (LdapFilter.Equal(attribute, value) is { } equal)
            {
                foreach (var group in await session.AllAsync(settings.GroupsBaseDn, equal, [settings.IdAttribute], cancellationToken))
                {
                    found.Add(new LdapMembership(group.First(settings.IdAttribute) ?? group.DistinguishedName, group.DistinguishedName, attribute, value));
                }
            }
        }
    }

    /// <summary>Takes the account out of its groups. One that refuses does not keep it in the others; the first refusal is told at the end.</summary>
    /// <param name="only">The ids of the groups; null: all.</param>
    /// <param name="followUp">Is told of each group that has nobody left.</param>
    public async Task RemoveAsync(SearchResultEntry account, IReadOnlySet<string>? only, Action<string> followUp, CancellationToken cancellationToken)
    {
        var leave = (await OfAsync(account, cancellationToken)).Where(one => only is null || only.Contains(one.Id));
        await session.EachAsync(leave, membership => RemoveAsync(membership, account, followUp, cancellationToken));
    }

    /// <summary>Puts the account back into a group.</summary>
    /// <param name="groupId">The group's immutable id.</param>
    /// <param name="attributes">The attributes that held it, joined by commas; null: the one that fits the group's class.</param>
    /// <returns>False: the group is gone.</returns>
    public async Task<bool> RestoreAsync(string groupId, string? attributes, SearchResultEntry account, CancellationToken cancellationToken)
    {
        var found = LdapFilter.Equal(settings.IdAttribute, groupId) is { } equal
            ? await session.AllAsync(settings.GroupsBaseDn, equal, [settings.IdAttribute, "objectClass"], cancellationToken)
            : [];
        if (found is not [var group])
        {
            return false;
        }

        foreach (var attribute in string.IsNullOrEmpty(attributes) ? [AttributeOf(group)] : attributes.Split(','))
        {
            // The names come from a stored snapshot, which is not trusted to name any attribute it likes.
            var value = attribute switch
            {
                Member or UniqueMember => account.DistinguishedName,
                MemberUid => account.First("uid"),
                _ => null,
            };
            if (value is null)
            {
                return false;
            }

            LdapSearch.ThrowUnlessDone(await ChangeAsync(group.DistinguishedName, LdapEffect.AddsValue, cancellationToken, Change(DirectoryAttributeOperation.Add, attribute, value)), LdapEffect.AddsValue);
            if (settings.PlaceholderIsDedicated && attribute != MemberUid)
            {
                var tidy = await ChangeAsync(group.DistinguishedName, LdapEffect.RemovesValue, cancellationToken, Change(DirectoryAttributeOperation.Delete, attribute, settings.PlaceholderMember));
                LdapSearch.ThrowUnlessDone(tidy, LdapEffect.RemovesValue);
            }
        }

        return true;
    }

    private async Task RemoveAsync(LdapMembership membership, SearchResultEntry account, Action<string> followUp, CancellationToken cancellationToken)
    {
        if (membership.Owner is not null)
        {
            return;
        }

        if (membership.Attribute is not { } attribute)
        {
            throw new SystemFaultException(new Fault(
                Outcome.Rejected, "group-hidden", $"memberOf says {membership.Dn}, but the bind DN sees no such membership: let it see the group, or repair memberOf."));
        }

        if (attribute == MemberUid)
        {
            await ThrowIfSharedAsync(membership.Value, account, cancellationToken);
        }

        var remove = Change(DirectoryAttributeOperation.Delete, attribute, membership.Value);
        var answer = await ChangeAsync(membership.Dn, LdapEffect.RemovesValue, cancellationToken, remove);
        if ((int)answer.ResultCode == LdapFaults.ObjectClassViolation && attribute != MemberUid)
        {
            // It is the last member, and there must be one: in one request, which is done wholly or not at all (RFC 4511, section 4.6).
            answer = await ChangeAsync(membership.Dn, LdapEffect.RemovesValue, cancellationToken, Change(DirectoryAttributeOperation.Add, attribute, settings.PlaceholderMember), remove);
            if ((int)answer.ResultCode == LdapFaults.Success)
            {
                followUp($"This was the last member of {membership.Dn}: {settings.PlaceholderMember} stands in, since the directory keeps no empty group. Give the group another member, or delete it.");
            }
        }

        LdapSearch.ThrowUnlessDone(answer, LdapEffect.RemovesValue);
    }

    /// <summary>memberUid names a login name and not an entry: where two entries have it, removing it would cut both.</summary>
    private async Task ThrowIfSharedAsync(string uid, SearchResultEntry account, CancellationToken cancellationToken)
    {
        var same = await session.AllAsync(settings.BaseDn, LdapFilter.And(settings.AccountFilter, LdapFilter.Equal("uid", uid)!), [settings.IdAttribute], cancellationToken);
        if (same.Any(entry => entry.DistinguishedName != account.DistinguishedName))
        {
            throw new SystemFaultException(new Fault(Outcome.Ambiguous, "uid-shared", $"Several entries have the uid {uid}, by which a group lists its member."));
        }
    }

    /// <summary>
    /// Without the assertion that guards changes of accounts: with one, slapd's memberof overlay leaves memberOf as it was, silently
    /// (measured with 2.5.13). A group that was renamed meanwhile does no harm here: only this account's own value is ever removed.
    /// </summary>
    private async Task<DirectoryResponse> ChangeAsync(string dn, LdapEffect effect, CancellationToken cancellationToken, params DirectoryAttributeModification[] changes)
        => await session.SendAsync(new ModifyRequest(dn, changes), effect, cancellationToken);

    private static DirectoryAttributeModification Change(DirectoryAttributeOperation operation, string attribute, string value)
    {
        var change = new DirectoryAttributeModification { Name = attribute, Operation = operation };
        change.Add(value);
        return change;
    }

    private static string AttributeOf(SearchResultEntry group)
    {
        var classes = group.Texts("objectClass");
        return classes.Contains("groupOfUniqueNames", StringComparer.OrdinalIgnoreCase) ? UniqueMember
            : classes.Contains("groupOfNames", StringComparer.OrdinalIgnoreCase) || !classes.Contains("posixGroup", StringComparer.OrdinalIgnoreCase) ? Member
            : MemberUid;
    }
}
