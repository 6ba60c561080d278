using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>A policy that an earlier one hides completely never runs: its author believes that something happens which does not.</summary>
internal static class HiddenPolicy
{
    public static void Check(Policy policy, YamlFields fields, IReadOnlyList<(Policy Policy, YamlItem At)> earlier)
    {
        foreach (var (other, at) in earlier)
        {
            if (Covers(other.When, policy.When))
            {
                fields.Refuse("when", $"the policy {Shown.Quoted(other.Name)} (line {at.Line}) stands before this one and applies to all that this one does", "put the narrower policy first, or take one of the two away");
                return;
            }
        }
    }

    /// <summary>Whether everything that meets the narrow condition meets the wide one too.</summary>
    public static bool Covers(PolicyCondition wide, PolicyCondition narrow)
        => wide.Event == narrow.Event
            && Covers(wide.Reasons, narrow.Reasons)
            && Covers(wide.WorkerTypes, narrow.WorkerTypes)
            && Covers(wide.Departments, narrow.Departments)
            && Covers(wide.Titles, narrow.Titles)
            && Covers(wide.Locations, narrow.Locations)
            && (wide.Urgent is null || wide.Urgent == narrow.Urgent);

    private static bool Covers(IReadOnlyList<string> wide, IReadOnlyList<string> narrow)
        => wide.Count == 0 || (narrow.Count > 0 && narrow.All(n => wide.Contains(n, StringComparer.OrdinalIgnoreCase)));
}
