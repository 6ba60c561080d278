using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Planning;

/// <summary>Which actions each configured system supports.</summary>
public sealed class SystemActions(IReadOnlyList<SystemSettings> systems, IReadOnlyList<ConnectorDescription> connectors)
{
    private readonly Dictionary<string, IReadOnlySet<StepAction>> actions = connectors.ToDictionary(c => c.Connector, c => c.Actions);

    /// <summary>The systems, in the configuration's order, that support the action.</summary>
    public IEnumerable<SystemName> Supporting(StepAction action)
        => systems.Where(s => actions.TryGetValue(s.Connector, out var supported) && supported.Contains(action)).Select(s => s.Name);
}

/// <summary>Expands a policy over the configured systems.</summary>
public static class Planner
{
    /// <summary>The plan. A step that the policy names twice in one stage is planned once.</summary>
    public static Plan Plan(Configuration configuration, Policy policy, SystemActions actions, DateTimeOffset effectiveAt, string effectiveBasis, bool urgent)
    {
        var stages = policy.Stages
            .Select((stage, ordinal) => new PlannedStage(ordinal, stage.Name, stage.After ?? TimeSpan.Zero, stage.Within, stage.ApprovalRequired))
            .ToList();
        var steps = policy.Stages
            .SelectMany((stage, ordinal) => stage.Steps.SelectMany(step => Expand(step, actions).Select(system => (ordinal, system, step.Action, step.Instruction, step))))
            .DistinctBy(step => (step.ordinal, step.system, step.Action, step.Action is StepAction.ManualTask ? (step.Instruction, step.step.Owner) : default))
            .Select((step, ordinal) => (Planned: new PlannedStep(ordinal, step.ordinal, step.system, step.Action, step.Instruction) { Owner = step.step.Owner, Reversible = step.step.Reversible }, Line: step.step))
            .ToList();
        return new Plan
        {
            Policy = policy.Name,
            PolicyVersion = configuration.Version,
            EffectiveAt = effectiveAt,
            EffectiveBasis = effectiveBasis,
            Urgent = urgent,
            Stages = stages,
            Steps =
            [
                .. steps.Select(step => step.Line.Needs.Count == 0 ? step.Planned : step.Planned with
                {
                    Needs = [.. steps.TakeWhile(s => s != step).Where(s => s.Line != step.Line && IsNeeded(s.Planned, step.Line.Needs)).Select(s => s.Planned.Ordinal)],
                }),
            ],
        };
    }

    private static bool IsNeeded(PlannedStep step, IReadOnlyList<StepNeed> needs)
        => needs.Any(need => need.Action == step.Action && (need.System is null || need.System == step.System));

    private static IEnumerable<SystemName> Expand(PolicyStep step, SystemActions actions)
        => step.System is { } system ? [system] : actions.Supporting(step.Action);
}
