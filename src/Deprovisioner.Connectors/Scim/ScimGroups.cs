using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Scim;

/// <summary>A user's groups: where they are read, and how the user leaves and rejoins them.</summary>
internal sealed class ScimGroups(ScimSearch search, ScimWriter writer, ScimSettings settings)
{
    private static readonly ScimAttribute MemberValue = new(null, "members", "value");

    public async Task<IReadOnlyList<Entitlement>> OfAsync(JsonObject user, CancellationToken cancellationToken)
    {
        IReadOnlyList<Entitlement> shown = settings.GroupsFrom is GroupSource.Auto or GroupSource.Attribute ? ScimUser.Groups(user) : [];
        return settings.GroupsFrom == GroupSource.Search || (settings.GroupsFrom == GroupSource.Auto && shown.Count == 0)
            ? await SearchedAsync(user.Text("id")!, cancellationToken)
            : shown;
    }

    /// <summary>One change a group. A group that is gone is left.</summary>
    public IEnumerable<Func<Task>> Leaving(ScimAddress user, IEnumerable<string> entitlementIds, CancellationToken cancellationToken)
        => GroupsIn(entitlementIds).Select<string, Func<Task>>(id => () => writer.ChangeMembersAsync(
            ScimAddress.Group(id), ScimPatch.RemoveMember(settings.MemberRemoval, user.Id), group => Leave(group, user.Id), cancellationToken));

    /// <summary>One change a group.</summary>
    public IEnumerable<Func<Task>> Joining(ScimAddress user, IEnumerable<string> entitlementIds, CancellationToken cancellationToken)
        => GroupsIn(entitlementIds).Select<string, Func<Task>>(id => async () =>
        {
            if (!await writer.ChangeMembersAsync(ScimAddress.Group(id), ScimPatch.AddMember(user.Id), group => Join(group, user.Id), cancellationToken))
            {
                throw new SystemFaultException(new Fault(Outcome.Rejected, "group-gone", $"The group {id} does not exist any more."));
            }
        });

    private static IEnumerable<string> GroupsIn(IEnumerable<string> entitlementIds)
        => entitlementIds.Where(id => id.StartsWith(ScimUser.GroupPrefix, StringComparison.Ordinal)).Select(id => id[ScimUser.GroupPrefix.Length..]);

    private static bool Leave(JsonObject group, string userId)
    {
        if (group.Get("members") is not JsonArray members)
        {
            return false;
        }

        var kept = members.OfType<JsonNode>().Where(m => m.Value() != userId).Select(m => m.DeepClone()).ToArray();
        if (kept.Length == members.Count)
        {
            return false;
        }

        group[group.KeyOf("members")!] = new JsonArray(kept);
        return true;
    }

    private static bool Join(JsonObject group, string userId)
    {
        if (MemberValue.ValuesIn(group).Contains(userId, StringComparer.Ordinal))
        {
            return false;
        }

        var joined = new JsonObject { ["value"] = userId };
        group[group.KeyOf("members") ?? "members"] = new JsonArray([.. group.Values("members").Select(m => m.DeepClone()), joined]);
        return true;
    }

    private async Task<IReadOnlyList<Entitlement>> SearchedAsync(string userId, CancellationToken cancellationToken)
    {
        try
        {
            var groups = await search.EqualAsync(ScimNames.Groups, MemberValue, userId, walk: true, cancellationToken);

            // MemberValue compares without case, as RFC 7643 section 8.7.1 has it; ids differ by case (section 3.1).
            return [.. groups.Where(g => MemberValue.ValuesIn(g).Contains(userId, StringComparer.Ordinal)).Select(g => ScimUser.Group(g.Text("id")!, g.Text("displayName")))];
        }
        catch (SystemFaultException error) when (settings.GroupsFrom == GroupSource.Auto && error.Fault.Code == "http-404")
        {
            // RFC 7644 section 3.2: a service need not have groups.
            return [];
        }
    }
}
