using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>A policy that earlier ones hide completely never runs: its author believes that something happens which does not.</summary>
internal static class HiddenPolicy
{
    public static void Check(Policy policy, YamlFields fields, IReadOnlyList<(Policy Policy, YamlItem At)> earlier)
    {
        // Each of its events may be hidden by another policy.
        var hiding = policy.When.Events
            .Select(name => earlier.Select(e => ((Policy Policy, YamlItem At)?)e).FirstOrDefault(e => Covers(e!.Value.Policy.When, policy.When with { Events = [name] })))
            .Distinct()
            .ToList();
        if (hiding.Count == 0 || hiding.Contains(null))
        {
            return;
        }

        var names = string.Join(" and ", hiding.Select(h => $"{Shown.Quoted(h!.Value.Policy.Name)} (line {h.Value.At.Line})"));
        fields.Refuse(
            "when",
            hiding.Count == 1
                ? $"the policy {names} stands before this one and applies to all that this one does"
                : $"the policies {names} stand before this one and apply together to all that this one does",
            "put the narrower policy first, or take one of the two away");
    }

    /// <summary>Whether everything that meets the narrow condition meets the wide one too.</summary>
    public static bool Covers(PolicyCondition wide, PolicyCondition narrow)
        => narrow.Events.All(wide.Events.Contains)
            && ConditionAttribute.All.All(attribute => Covers(attribute.Wanted(wide), attribute.Wanted(narrow)))
            && (wide.Urgent is null || wide.Urgent == narrow.Urgent);

    /// <summary>The attribute of which the two ask what cannot be true of both; null: something can meet both. A step's condition names no event.</summary>
    public static string? Contradiction(PolicyCondition policy, PolicyCondition step)
        => ConditionAttribute.All.FirstOrDefault(attribute => attribute.Wanted(policy) is { Count: > 0 } one && attribute.Wanted(step) is { Count: > 0 } other
                && !one.Any(a => other.Any(b => Wildcard.Overlap(a, b))))?.Key
            ?? (policy.Urgent is { } urgent && step.Urgent == !urgent ? "urgent" : null);

    /// <summary>Whatever is known and nothing else meets <c>*</c>: a condition that asks nothing is also met by what is not known.</summary>
    private static bool Covers(IReadOnlyList<string> wide, IReadOnlyList<string> narrow)
        => wide.Count == 0 || (narrow.Count > 0 && narrow.All(n => wide.Any(w => Wildcard.Covers(w, n))));
}
