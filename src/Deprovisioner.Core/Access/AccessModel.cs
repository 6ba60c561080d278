using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Access;

/// <summary>An entitlement with the roles that justify it.</summary>
public sealed record JustifiedEntitlement(SystemEntitlement Entitlement, IReadOnlyList<string> Roles);

/// <summary>What another assignment makes of somebody's access.</summary>
/// <param name="Lost">Only the old one justified it.</param>
/// <param name="Kept">The old one justified it, and the new one, or another active employment, does too; with the roles that do now.</param>
/// <param name="Gained">The new one justifies it, and the old one and the other employments did not. Shown; granting is not this product's.</param>
/// <param name="Justified">All that is justified from now on: what must not be taken away.</param>
public sealed record AccessChange(
    IReadOnlyList<JustifiedEntitlement> Lost,
    IReadOnlyList<JustifiedEntitlement> Kept,
    IReadOnlyList<JustifiedEntitlement> Gained,
    IReadOnlySet<SystemEntitlement> Justified);

/// <summary>The roles of the configuration, asked what they justify.</summary>
public sealed class AccessModel(IReadOnlyList<AccessRole> roles)
{
    /// <summary>The systems on which any role grants anything. Of the others the model knows nothing, so nothing there is unexplained.</summary>
    public IReadOnlySet<SystemName> Systems { get; } = roles.SelectMany(role => role.Grants.Keys).ToHashSet();

    public bool IsEmpty => roles.Count == 0;

    /// <summary>What the assignments justify together, in the file's order.</summary>
    public IReadOnlyList<JustifiedEntitlement> Justified(params IEnumerable<Assignment?> assignments)
    {
        var all = assignments.ToList();
        return
        [
            .. roles.Where(role => all.Exists(role.When.IsMetBy))
                .SelectMany(role => role.Grants.SelectMany(on => on.Value.Select(entitlement => (At: new SystemEntitlement(on.Key, entitlement), role.Name))))
                .GroupBy(grant => grant.At, grant => grant.Name)
                .Select(grant => new JustifiedEntitlement(grant.Key, [.. grant.Distinct()])),
        ];
    }

    /// <summary>
    /// Whether somebody with these assignments shall not have the entitlement: a role explains it, and none of theirs. What no role explains is not the model's to judge; nor is anything while one of
    /// the assignments is not known.
    /// </summary>
    /// <param name="spellings">How the entitlement may be written: its id, its name.</param>
    public bool IsUnjustified(SystemName system, IReadOnlyList<string> spellings, IReadOnlyList<Assignment?> assignments)
    {
        var written = spellings.Select(text => new SystemEntitlement(system, text)).ToHashSet();
        return !assignments.Contains(null)
            && roles.Any(role => role.Grants.TryGetValue(system, out var grants) && grants.Any(text => written.Contains(new(system, text))))
            && !Justified(assignments).Any(one => written.Contains(one.Entitlement));
    }

    /// <summary>The difference between an employment's old assignment and its new one.</summary>
    /// <param name="others">The assignments of the person's other active employments: what they justify stays.</param>
    public AccessChange Change(Assignment? before, Assignment? after, IReadOnlyList<Assignment?> others)
    {
        var old = Justified(before);
        var had = Set(Justified([before, .. others]));
        var now = Justified([after, .. others]);
        var justified = Set(now);
        var owed = Set(old);
        return new AccessChange(
            [.. old.Where(one => !justified.Contains(one.Entitlement))],
            [.. now.Where(one => owed.Contains(one.Entitlement))],
            [.. now.Where(one => !had.Contains(one.Entitlement))],
            justified);
    }

    private static HashSet<SystemEntitlement> Set(IReadOnlyList<JustifiedEntitlement> entitlements) => [.. entitlements.Select(one => one.Entitlement)];
}
