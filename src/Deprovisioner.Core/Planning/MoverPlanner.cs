using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Planning;

/// <summary>Expands a policy for transfers into what one person loses.</summary>
public static class MoverPlanner
{
    /// <summary>
    /// The plan, its access ending at the transfer plus the policy's grace. A step that has nothing to take away, and nothing unexplained to look for, is left
    /// out; so are systems on which no role grants anything, since there everything would be unexplained. Without any removal there is no step at all.
    /// </summary>
    /// <param name="outstanding">What earlier movers were still going to take away: it goes with this one, unless it is justified now.</param>
    /// <param name="transfer">When the new assignment begins.</param>
    public static Plan Plan(
        Configuration configuration, Policy policy, SystemActions actions, AccessChange change, IReadOnlySet<SystemEntitlement> outstanding, EffectiveTime transfer, bool urgent)
    {
        var effective = policy.Grace > TimeSpan.Zero ? new EffectiveTime(transfer.At + policy.Grace, $"{transfer.Basis}, then {Durations.Text(policy.Grace)} of grace") : transfer;
        var whole = Planner.Plan(configuration, policy, actions, effective.At, effective.Basis, urgent);
        var systems = new AccessModel(configuration.Roles).Systems;
        var leaving = change.Lost.Select(one => one.Entitlement).Concat(outstanding).Where(one => !change.Justified.Contains(one)).ToHashSet();
        var steps = whole.Steps.Select(step => step with { Selection = step.Action is StepAction.RemoveEntitlements ? Selection(step.System) : null })
            .Where(step => step.Selection is null ? step.Action is StepAction.ManualTask : systems.Contains(step.System) && HasWork(step.Selection))
            .ToList();
        return whole with { Steps = steps.Exists(step => step.Selection is not null) || Leaves(whole, leaving) ? [.. steps.Select((step, ordinal) => step with { Ordinal = ordinal })] : [] };

        EntitlementSelection Selection(SystemName system)
            => new() { Remove = On(leaving, system), Keep = On(change.Justified, system), Unexplained = policy.Unexplained };
    }

    /// <summary>
    /// Whether a transfer asks for a saga: access is lost; or what no role explains is to be looked for, and no saga that is open does so already. One that is
    /// open goes on with the rest, so that a repeated event does not begin its grace again.
    /// </summary>
    public static bool IsNeeded(AccessChange change, Policy policy, Assignment before, Assignment? after, bool isOneOpen)
        => change.Lost.Count > 0 || (policy.Unexplained is not UnexplainedEntitlements.Keep && !isOneOpen && !IsSamePlace(before, after));

    /// <summary>A new manager alone is no move.</summary>
    public static bool IsSamePlace(Assignment one, Assignment? other) => one with { ManagerId = null } == (other ?? one) with { ManagerId = null };

    /// <summary>What the sagas were still going to take away: also what failed, or is under way.</summary>
    public static IReadOnlySet<SystemEntitlement> Outstanding(IEnumerable<Saga> movers)
        => movers.SelectMany(saga => saga.Steps)
            .Where(step => step.Selection is not null && step.Status is not (StepStatus.Succeeded or StepStatus.Cancelled))
            .SelectMany(step => step.Selection!.Remove.Select(entitlement => new SystemEntitlement(step.System, entitlement)))
            .ToHashSet();

    private static bool HasWork(EntitlementSelection selection) => selection.Remove.Count > 0 || selection.Unexplained is not UnexplainedEntitlements.Keep;

    /// <summary>A policy may leave the removal to people altogether: then its tasks are the plan.</summary>
    private static bool Leaves(Plan whole, HashSet<SystemEntitlement> leaving)
        => leaving.Count > 0 && whole.Steps.All(step => step.Action is StepAction.ManualTask);

    private static IReadOnlyList<string> On(IEnumerable<SystemEntitlement> entitlements, SystemName system)
        => [.. entitlements.Where(one => one.System == system).Select(one => one.Entitlement).Order(StringComparer.Ordinal)];
}
