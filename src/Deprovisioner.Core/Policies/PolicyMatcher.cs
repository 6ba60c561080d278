using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;

namespace Deprovisioner.Core.Policies;

/// <summary>The policy that an event gets.</summary>
/// <param name="Policy">The first whose condition is met, without the steps whose own condition is not, and without the stages that this leaves empty.</param>
/// <param name="Why">One line for each policy tried, in order, the last for the one taken.</param>
public sealed record PolicyMatch(Policy Policy, IReadOnlyList<string> Why);

/// <summary>A step of the policy taken that has a condition.</summary>
/// <param name="Stage">Its stage's name.</param>
/// <param name="Step">As the policy has it.</param>
/// <param name="Unmet">Why it is left out; null: it is not.</param>
public sealed record StepMatch(string Stage, PolicyStep Step, string? Unmet);

/// <summary>Finds the policy of an event.</summary>
public static class PolicyMatcher
{
    private const string Prefix = "hr.employment.";
    private const string Suffix = ".v1";

    /// <summary>What <c>when.event</c> may say.</summary>
    public static IReadOnlyList<string> EventNames { get; } = [.. HrEventTypes.All.Select(EventNameOf)];

    /// <summary>The short name of an event type: <c>terminated</c> of <c>hr.employment.terminated.v1</c>.</summary>
    public static string EventNameOf(string type)
        => type.StartsWith(Prefix, StringComparison.Ordinal) && type.EndsWith(Suffix, StringComparison.Ordinal) && type.Length > Prefix.Length + Suffix.Length
            ? type[Prefix.Length..^Suffix.Length]
            : type;

    /// <summary>The first policy that applies, or null.</summary>
    /// <param name="current">The employment's assignment before the event, which holds where the event names none.</param>
    public static PolicyMatch? Match(Configuration configuration, HrEvent hrEvent, Assignment? current)
    {
        var why = Explain(configuration, hrEvent, current, out var policy);
        return policy is null ? null : new(policy, why);
    }

    /// <summary>One line for each policy that was tried, also where none applies.</summary>
    /// <param name="taken">As in <see cref="PolicyMatch.Policy"/>; null: none applies.</param>
    public static IReadOnlyList<string> Explain(Configuration configuration, HrEvent hrEvent, Assignment? current, out Policy? taken)
    {
        var assignment = hrEvent.Assignment ?? current;
        var why = new List<string>();
        foreach (var policy in configuration.Policies)
        {
            if (Unmet(policy.When, hrEvent, assignment) is not { } unmet)
            {
                why.Add($"{policy.Name}: applies ({Met(policy.When)})");
                taken = policy with { Stages = [.. policy.Stages.Select(stage => Narrowed(stage, hrEvent, assignment)).Where(stage => stage.Steps.Count > 0)] };
                return why;
            }

            why.Add($"{policy.Name}: does not apply, {unmet}");
        }

        taken = null;
        return why;
    }

    /// <summary>Each step that has a condition, of the policy of this name as it stands in the file.</summary>
    public static IReadOnlyList<StepMatch> Conditions(Configuration configuration, string policy, HrEvent hrEvent, Assignment? current)
        => [.. from stage in configuration.Policies.First(p => p.Name == policy).Stages
               from step in stage.Steps
               where step.When is not null
               select new StepMatch(stage.Name, step, Unmet(step.When!, hrEvent, hrEvent.Assignment ?? current))];

    /// <summary>What a condition asks, in words.</summary>
    public static string Met(PolicyCondition when)
        => string.Join(
            ", ",
            (when.Events.Count > 0 ? new[] { $"event {when.Event}" } : [])
                .Concat(ConditionAttribute.All.Where(a => a.Wanted(when).Count > 0).Select(a => $"{a.Words} {string.Join(" or ", a.Wanted(when))}"))
                .Concat(when.Urgent is { } urgent ? [urgent ? "urgent" : "not urgent"] : []));

    private static PolicyStage Narrowed(PolicyStage stage, HrEvent hrEvent, Assignment? assignment)
        => stage.Steps.All(step => step.When is null)
            ? stage
            : stage with { Steps = [.. stage.Steps.Where(step => step.When is null || Unmet(step.When, hrEvent, assignment) is null)] };

    private static string? Unmet(PolicyCondition when, HrEvent hrEvent, Assignment? assignment)
        => when.Events.Count > 0 && !when.Events.Contains(EventNameOf(hrEvent.Type)) ? $"the event is {EventNameOf(hrEvent.Type)} and it wants {when.Event}"
            : ConditionAttribute.All.Select(a => Unmet(a.Words, a.Value(hrEvent, assignment), a.Wanted(when))).FirstOrDefault(unmet => unmet is not null)
                ?? (when.Urgent is { } urgent && urgent != hrEvent.Urgent ? $"it wants events that are {(urgent ? "" : "not ")}urgent" : null);

    private static string? Unmet(string what, string? value, IReadOnlyList<string> wanted)
        => wanted.Count == 0 || (value is not null && wanted.Any(w => Wildcard.Matches(w, value)))
            ? null
            : $"the {what} is {(value is null ? "not known" : Shown.Quoted(value))} and it wants {string.Join(" or ", wanted)}";
}
