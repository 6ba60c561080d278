using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;

namespace Deprovisioner.Core.Policies;

/// <summary>The policy that an event gets.</summary>
/// <param name="Policy">The first whose condition is met.</param>
/// <param name="Why">One line for each policy tried, in order, the last for the one taken.</param>
public sealed record PolicyMatch(Policy Policy, IReadOnlyList<string> Why);

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
    public static IReadOnlyList<string> Explain(Configuration configuration, HrEvent hrEvent, Assignment? current, out Policy? taken)
    {
        var assignment = hrEvent.Assignment ?? current;
        var why = new List<string>();
        foreach (var policy in configuration.Policies)
        {
            if (Unmet(policy.When, hrEvent, assignment) is not { } unmet)
            {
                why.Add($"{policy.Name}: applies ({Met(policy.When)})");
                taken = policy;
                return why;
            }

            why.Add($"{policy.Name}: does not apply, {unmet}");
        }

        taken = null;
        return why;
    }

    private static string? Unmet(PolicyCondition when, HrEvent hrEvent, Assignment? assignment)
        => when.Event != EventNameOf(hrEvent.Type) ? $"the event is {EventNameOf(hrEvent.Type)} and it wants {when.Event}"
            : Unmet("reason", hrEvent.Reason, when.Reasons)
            ?? Unmet("worker type", assignment?.WorkerType, when.WorkerTypes)
            ?? Unmet("department", assignment?.Department, when.Departments)
            ?? Unmet("title", assignment?.Title, when.Titles)
            ?? Unmet("location", assignment?.Location, when.Locations)
            ?? (when.Urgent is { } urgent && urgent != hrEvent.Urgent ? $"it wants events that are {(urgent ? "" : "not ")}urgent" : null);

    private static string? Unmet(string what, string? value, IReadOnlyList<string> wanted)
        => wanted.Count == 0 || (value is not null && wanted.Contains(value, StringComparer.OrdinalIgnoreCase))
            ? null
            : $"the {what} is {(value is null ? "not known" : Shown.Quoted(value))} and it wants {string.Join(" or ", wanted)}";

    private static string Met(PolicyCondition when)
        => string.Join(
            ", ",
            new[] { $"event {when.Event}" }
                .Concat(Met("reason", when.Reasons))
                .Concat(Met("worker type", when.WorkerTypes))
                .Concat(Met("department", when.Departments))
                .Concat(Met("title", when.Titles))
                .Concat(Met("location", when.Locations))
                .Concat(when.Urgent is { } urgent ? [urgent ? "urgent" : "not urgent"] : []));

    private static IEnumerable<string> Met(string what, IReadOnlyList<string> wanted)
        => wanted.Count == 0 ? [] : [$"{what} {string.Join(" or ", wanted)}"];
}
