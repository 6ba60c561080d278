using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Drift;

/// <summary>Plans how what is there again is cut once more.</summary>
internal static class DriftPlanner
{
    /// <summary>
    /// The steps that were found to have something to do, on the systems that said so, and the sessions of an account that could sign in again. Nothing is deleted by itself: who
    /// created an account anew may have had a reason. No step where the system cannot do it.
    /// </summary>
    /// <param name="found">Of <see cref="CutAccess.Steps"/>, at least one.</param>
    public static Plan Plan(Configuration configuration, SystemActions actions, CutAccess cut, IReadOnlyList<Step> found, DateTimeOffset now)
    {
        var cuts = found
            .SelectMany(step => step.Action is StepAction.DisableAccount or StepAction.DeleteAccount
                ? new[] { (step, Action: StepAction.DisableAccount), (step, Action: StepAction.RevokeSessions) }
                : [(step, step.Action)])
            .Where(c => actions.Supporting(c.Action).Contains(c.step.System) && (c.Action == c.step.Action || c.step.Action is StepAction.DeleteAccount || WasCut(cut, c.step.System, c.Action)))
            .DistinctBy(c => (c.step.System, c.Action))
            .ToList();
        var stages = new List<PlannedStage>();
        var steps = new List<PlannedStep>();
        foreach (var (name, order) in new[] { ("contain", Contain), ("revoke", Revoke) })
        {
            var inStage = order.SelectMany(action => cuts.Where(c => c.Action == action)).ToList();
            if (inStage.Count > 0)
            {
                // What had to be approved, and by when it had to be done, is so again; a deletion's terms are not those of disabling.
                var before = inStage.Where(c => c.step.Action is not StepAction.DeleteAccount).Select(c => TermsOf(cut, c.step)).ToList();
                var stage = new PlannedStage(stages.Count, name, TimeSpan.Zero, before.Select(s => s.Within).Min(), before.Exists(s => s.ApprovalRequired));
                var first = steps.Count;
                stages.Add(stage);
                steps.AddRange(inStage.Select((c, i) => new PlannedStep(first + i, stage.Ordinal, c.step.System, c.Action, null, c.Action == c.step.Action ? c.step.Selection : null)));
            }
        }

        return new Plan
        {
            Policy = cut.Leaver.Policy,
            PolicyVersion = configuration.Version,
            EffectiveAt = now,
            EffectiveBasis = Basis(found),
            Urgent = cut.Leaver.Urgent,
            Stages = stages,
            Steps = steps,
        };
    }

    private static StepAction[] Contain => [StepAction.DisableAccount, StepAction.RevokeSessions];

    private static StepAction[] Revoke => [StepAction.RevokeCredentials, StepAction.RemoveEntitlements];

    private static bool WasCut(CutAccess cut, SystemName system, StepAction action) => cut.Steps.Any(s => s.System == system && s.Action == action);

    /// <summary>The leaver's stage in which the same was done; the policy has decided about it once.</summary>
    private static PlannedStage TermsOf(CutAccess cut, Step step)
        => cut.Leaver.Steps.FirstOrDefault(s => s.System == step.System && s.Action == step.Action) is { } same
            ? cut.Leaver.Stages[same.Stage]
            : new PlannedStage(0, "", TimeSpan.Zero, null, ApprovalRequired: false);

    private static string Basis(IReadOnlyList<Step> found)
    {
        var deleted = Names(found.Where(s => s.Action is StepAction.DeleteAccount));
        return $"access that was cut is there again on {Names(found)}"
            + (deleted.Length == 0 ? "" : $"; on {deleted} the account was deleted and exists again: it is disabled and not deleted by itself");
    }

    private static string Names(IEnumerable<Step> steps) => string.Join(", ", steps.Select(s => s.System.Value).Distinct());
}
