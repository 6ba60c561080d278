using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Planning;

/// <summary>Plans how what was taken is put back.</summary>
public static class RestorePlanner
{
    /// <summary>
    /// The policy's steps, with restore-account only where something is owed; what no step puts back is listed. What a role explains, and none of those that the person has now, is not given back: who
    /// comes back to another department comes back without the old one's access.
    /// </summary>
    /// <param name="assignments">Of the employments that the person comes back to; null where one is not known, and then nothing is withheld.</param>
    public static Plan Plan(Configuration configuration, Policy policy, SystemActions actions, OwedAccess owed, IReadOnlyList<Assignment?> assignments, EffectiveTime effective)
    {
        var model = new AccessModel(configuration.Roles);
        var plan = Planner.Plan(configuration, policy, actions, effective.At, effective.Basis, urgent: false);
        var steps = plan.Steps
            .Select(step => step.Action is StepAction.RestoreAccount ? step with { Restores = [.. owed.On(step.System).Select(account => Justified(step.System, account)).Where(IsWork)] } : step)
            .Where(step => step.Action is not StepAction.RestoreAccount || step.Restores.Count > 0)
            .Select((step, ordinal) => step with { Ordinal = ordinal })
            .ToList();
        var restored = plan.Steps.Where(s => s.Action is StepAction.RestoreAccount).Select(s => s.System).ToHashSet();
        var leftOut = owed.Systems.Where(system => !restored.Contains(system))
            .Select(system => new NotRestored(system, StepAction.RestoreAccount, $"The policy {policy.Name} restores nothing there, or the system left the configuration."));
        var withheld = restored.SelectMany(system => owed.On(system).SelectMany(account => account.Entitlements.Where(id => IsWithheld(system, account, id)).Select(id => (system, Name: NameOf(account, id)))))
            .GroupBy(e => e.system, e => e.Name)
            .Select(on => new NotRestored(on.Key, StepAction.RestoreAccount, $"No role of the person's assignment gives {string.Join(", ", on.Distinct().Order(StringComparer.Ordinal))}: not given back."));
        return plan with { Steps = steps, NotRestored = [.. owed.Lost, .. leftOut, .. withheld] };

        AccountSnapshot Justified(SystemName system, AccountSnapshot account)
            => account with { Entitlements = [.. account.Entitlements.Where(id => !IsWithheld(system, account, id))] };

        bool IsWithheld(SystemName system, AccountSnapshot account, string id)
            => model.IsUnjustified(system, [id, NameOf(account, id)], assignments);
    }

    private static string NameOf(AccountSnapshot account, string id) => account.Names.GetValueOrDefault(id, id);

    private static bool IsWork(AccountSnapshot account) => account.Enabled || account.Entitlements.Count > 0 || account.Recoverable;
}
