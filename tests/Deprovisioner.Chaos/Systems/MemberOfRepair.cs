using Deprovisioner.Testing;

namespace Deprovisioner.Chaos.Systems;

/// <summary>
/// What an administrator does where memberOf names a group that has no such member: slapo-memberof writes the two sides one after the other, and a stop or two writers at once may leave them apart
/// (https://www.openldap.org/doc/admin26/overlays.html#Reverse%20Group%20Membership%20Maintenance). Putting the member in and taking it out again makes them agree.
/// </summary>
internal static class MemberOfRepair
{
    /// <returns>How many accounts it was about.</returns>
    public static async Task<int> Run(OpenLdapServer directory, string group)
    {
        var members = (await directory.Values(group, "member")).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var stale = Ldif.Entries(await directory.Everything())
            .Where(entry => entry["memberOf"].Contains(group, StringComparer.OrdinalIgnoreCase)).Select(entry => entry["dn"].First()).Where(dn => !members.Contains(dn)).ToList();
        foreach (var dn in stale)
        {
            foreach (var change in new[] { "add", "delete" })
            {
                await directory.Modify($"dn: {group}\nchangetype: modify\n{change}: member\n{OpenLdapServer.Line("member", dn)}");
            }
        }

        return stale.Count;
    }
}
