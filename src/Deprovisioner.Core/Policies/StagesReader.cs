using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads a policy's <c>stages</c> and their steps.</summary>
/// <param name="systems">What <c>systems</c> names, with the connector of each where it is known.</param>
/// <param name="granting">The systems on which any role grants anything.</param>
/// <param name="when">What the policy answers; null where that is at fault.</param>
internal sealed class StagesReader(IReadOnlyDictionary<string, ConnectorDescription?> systems, IReadOnlySet<string> granting, PolicyCondition? when, FaultList faults)
{
    private const string StepExample = "{system: \"*\", action: disable-account}";

    private static readonly string[] Actions = [.. EnumText.All<StepAction>()];

    private readonly StepExtrasReader extras = new(systems, when, faults);

    public IReadOnlyList<PolicyStage> Read(YamlFields policy)
    {
        var stages = new List<PolicyStage>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (item, path) in Items(policy, "stages", $"{{name: contain, within: 5m, steps: [{StepExample}]}}"))
        {
            if (YamlFields.Of(item, path, faults, $"{{name: contain, within: 5m, steps: [{StepExample}]}}") is { } fields)
            {
                stages.Add(Stage(fields, names));
            }
        }

        return stages;
    }

    private PolicyStage Stage(YamlFields fields, HashSet<string> names)
    {
        var name = fields.RequireText("name", "contain");
        if (name is not null && !IsName(name))
        {
            fields.Refuse("name", $"{Shown.Quoted(name)} is no name for a stage", "write contain, revoke, handover, retire or another lower-case word of at most 63 letters, digits and dashes");
        }
        else if (name is not null && !names.Add(name))
        {
            fields.Refuse("name", $"the policy has another stage {Shown.Quoted(name)}", "give each stage of a policy its own name");
        }

        var within = fields.Span("within", TimeSpan.FromSeconds(1), Durations.Longest);
        var after = fields.Span("after", TimeSpan.Zero, Durations.Longest);
        var approval = fields.Text("approval", "required");
        if (approval is not (null or "required"))
        {
            fields.Refuse("approval", $"{Shown.Quoted(approval)} is not known here", "write approval: required, or take it away");
        }

        var steps = Steps(fields);
        fields.RefuseRest("name", "within", "after", "approval", "steps");
        return new() { Name = name ?? "", Within = within, After = after, ApprovalRequired = approval is not null, Steps = steps };
    }

    private List<PolicyStep> Steps(YamlFields stage)
    {
        var steps = new List<PolicyStep>();
        var seen = new Dictionary<(string System, StepAction Action), int>();
        foreach (var (item, path) in Items(stage, "steps", StepExample))
        {
            if (YamlFields.Of(item, path, faults, StepExample) is not { } fields)
            {
                continue;
            }

            if (Step(fields) is { } step)
            {
                Twice(step, fields, seen);
                steps.Add(step);
                extras.StandsBefore(step);
            }
        }

        return steps;
    }

    private PolicyStep? Step(YamlFields fields)
    {
        var system = fields.RequireText("system", "\"*\"");
        var word = fields.RequireText("action", "disable-account");
        var instruction = fields.Text("instruction", "\"Collect the badge and the laptop\"");
        var to = fields.Text("to", "manager");
        var more = extras.Read(fields, word);
        fields.RefuseRest("system", "action", "instruction", "to", "owner", "when", "reversible", "needs");
        if (system is not null and not "*" && !systems.ContainsKey(system))
        {
            fields.Refuse("system", $"no system {Shown.Quoted(system)} is configured", systems.Count == 0 ? "configure it under systems" : Suggestion.Remedy(system, [.. systems.Keys, "*"]));
            system = null;
        }

        if (word is null || !EnumText.TryParse<StepAction>(word, out var action))
        {
            if (word is not null)
            {
                fields.Refuse("action", $"there is no action {Shown.Quoted(word)}", Suggestion.Remedy(word, Actions));
            }

            return null;
        }

        CheckAction(fields, action, system);
        if (when?.Events.Contains(TransferRules.EventName) == true)
        {
            TransferRules.CheckAction(fields, action, system, granting);
        }

        CheckExtras(fields, action, instruction, to);
        return system is null ? null : more with { System = system == "*" ? null : new SystemName(system), Action = action, Instruction = instruction };
    }

    private void CheckAction(YamlFields fields, StepAction action, string? system)
    {
        if (system == "*" && systems.Count > 0 && systems.Values.All(c => c is not null && !c.Actions.Contains(action)))
        {
            fields.Refuse("action", $"no configured system can do {EnumText.Of(action)}", "take the step away, or configure a system that can");
        }
        else if (system is not null and not "*" && systems[system] is { } connector && !connector.Actions.Contains(action))
        {
            fields.Refuse("action", $"the system {system} cannot do {EnumText.Of(action)} (connector {connector.Connector})", $"write one of: {string.Join(", ", connector.Actions.Order().Select(EnumText.Of))}");
        }

        if (when?.Events.Select(name => EventActions.Refusal(name, action)).FirstOrDefault(refusal => refusal is not null) is { } refusal)
        {
            fields.Refuse("action", refusal.What, refusal.Remedy);
        }
    }

    private static void CheckExtras(YamlFields fields, StepAction action, string? instruction, string? to)
    {
        if (instruction is not null && action != StepAction.ManualTask)
        {
            fields.Refuse("instruction", $"{EnumText.Of(action)} is done by a machine, which reads no instruction", "take it away, or write a step of its own with action: manual-task");
        }

        if (to is not null && (to != "manager" || action != StepAction.TransferData))
        {
            fields.Refuse("to", "'to' is read on transfer-data only, and only as manager; who receives is set at the system (reassignOwnedTo)", action == StepAction.TransferData ? "write to: manager, or take it away" : "take it away");
        }
    }

    private void Twice(PolicyStep step, YamlFields fields, Dictionary<(string System, StepAction Action), int> seen)
    {
        var name = step.System?.Value;
        var mine = name is null ? systems.Keys.Where(s => systems[s]?.Actions.Contains(step.Action) == true).ToList() : [name];
        foreach (var system in mine)
        {
            if (!seen.TryAdd((system, step.Action), fields.At.Line))
            {
                fields.Refuse("action", $"the stage does {EnumText.Of(step.Action)} on {system} already (line {seen[(system, step.Action)]})", "keep one of the two steps");
                return;
            }
        }
    }

    private List<(YamlItem Item, string Path)> Items(YamlFields owner, string key, string example)
    {
        switch (owner.Require(key, $"write at least one, like {key}: [{example}]"))
        {
            case null:
                return [];
            case YamlList { Items.Count: > 0 } list:
                return [.. list.Items.Index().Select(i => (i.Item, $"{owner.PathOf(key)}[{i.Index}]"))];
            case var item:
                faults.Add(item, owner.PathOf(key), item is YamlList ? "the list is empty" : $"{item.Kind} stands where a list is expected", $"write at least one, like - {example}");
                return [];
        }
    }

    private static bool IsName(string name)
        => name.Length <= 63 && char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
