using Deprovisioner.Core.Policies;
using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Planning;

/// <summary>Plans how what was taken is put back.</summary>
public static class RestorePlanner
{
    /// <summary>The policy's steps, with restore-account only where something is owed; what no step puts back is listed.</summary>
    public static Plan Plan(Configuration configuration, Policy policy, SystemActions actions, OwedAccess owed, EffectiveTime effective)
    {
        var plan = Planner.Plan(configuration, policy, actions, effective.At, effective.Basis, urgent: false);
        var steps = plan.Steps
            .Select(step => step.Action is StepAction.RestoreAccount ? step with { Restores = owed.On(step.System) } : step)
            .Where(step => step.Action is not StepAction.RestoreAccount || step.Restores.Count > 0)
            .Select((step, ordinal) => step with { Ordinal = ordinal })
            .ToList();
        var restored = steps.Where(s => s.Action is StepAction.RestoreAccount).Select(s => s.System).ToHashSet();
        var leftOut = owed.Systems.Where(system => !restored.Contains(system))
            .Select(system => new NotRestored(system, StepAction.RestoreAccount, $"The policy {policy.Name} restores nothing there, or the system left the configuration."));
        return plan with { Steps = steps, NotRestored = [.. owed.Lost, .. leftOut] };
    }
}
