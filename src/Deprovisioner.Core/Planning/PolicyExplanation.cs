using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Planning;

/// <summary>Why an event gets the policy that it gets, and what follows: for people who write policies. Nothing is decided by it.</summary>
/// <param name="Tried">One line for each policy that was tried, in the file's order.</param>
/// <param name="Steps">Each step of the policy taken that has a condition.</param>
/// <param name="Effective">When the change takes effect, and what was assumed to know it.</param>
/// <param name="Plan">What would be planned; null: no policy applies, and a person would have to decide.</param>
public sealed record PolicyExplanation(IReadOnlyList<string> Tried, IReadOnlyList<StepMatch> Steps, EffectiveTime Effective, Plan? Plan)
{
    /// <param name="current">The employment's assignment before the event; null: not known.</param>
    /// <param name="now">For an event that says no time, UTC.</param>
    public static PolicyExplanation Of(Configuration configuration, SystemActions actions, HrEvent hrEvent, Assignment? current, DateTimeOffset now)
    {
        var tried = PolicyMatcher.Explain(configuration, hrEvent, current, out var policy);
        var effective = EffectiveTime.Resolve(hrEvent, policy, configuration.Defaults, now, current);
        return policy is null
            ? new(tried, [], effective, null)
            : new(
                tried,
                PolicyMatcher.Conditions(configuration, policy.Name, hrEvent, current),
                effective,
                Planner.Plan(configuration, policy, actions, effective.At, effective.Basis, hrEvent.Urgent));
    }
}
