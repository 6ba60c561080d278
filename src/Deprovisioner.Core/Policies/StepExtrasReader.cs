using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads what a step may say beside its system and action: <c>owner</c>, <c>when</c>, <c>reversible</c>, <c>needs</c>.</summary>
/// <param name="systems">What <c>systems</c> names, with the connector of each where it is known.</param>
/// <param name="policy">The policy's own condition; null where that is at fault.</param>
internal sealed class StepExtrasReader(IReadOnlyDictionary<string, ConnectorDescription?> systems, PolicyCondition? policy, FaultList faults)
{
    private const string NeedExample = "{system: warehouse, action: transfer-data}";

    /// <summary>The steps of this policy that stand before the one that is read; so nothing can wait for itself, however long the way around.</summary>
    private readonly List<PolicyStep> before = [];

    public void StandsBefore(PolicyStep step) => before.Add(step);

    /// <summary>A step with these and nothing else.</summary>
    public PolicyStep Read(YamlFields fields, string? action)
        => new() { System = null, Action = default, Owner = Owner(fields, action), When = When(fields), Reversible = Reversible(fields), Needs = Needs(fields) };

    private static string? Owner(YamlFields fields, string? action)
    {
        var owner = fields.Text("owner", "facilities");
        if (owner is not null && action != EnumText.Of(StepAction.ManualTask))
        {
            fields.Refuse("owner", "only a manual-task has an owner", "take it away, or write a step of its own with action: manual-task");
        }

        return owner;
    }

    private PolicyCondition? When(YamlFields fields)
    {
        if (fields.Take("when") is not { } item || ConditionReader.OfStep(item, fields.PathOf("when"), faults) is not { } condition)
        {
            return null;
        }

        if (policy is not null && HiddenPolicy.Contradiction(policy, condition) is { } key)
        {
            fields.Refuse("when", $"the step can never run: the policy's own 'when' asks for another {key}", "correct one of the two conditions, or take the step away");
        }

        return condition;
    }

    private static Reversibility? Reversible(YamlFields fields)
    {
        if (fields.Text("reversible", "30d") is not { } text)
        {
            return null;
        }

        if (text is "true" or "false")
        {
            return text == "true" ? Reversibility.Yes : Reversibility.No;
        }

        if (Durations.TryParse(text, out var span) && span > TimeSpan.Zero)
        {
            return Reversibility.For(span);
        }

        fields.Refuse("reversible", $"{Shown.Quoted(text)} says not whether it can be taken back", "write true, false, or how long it can be, like 30d");
        return null;
    }

    private StepNeed[] Needs(YamlFields fields)
    {
        var needs = new List<StepNeed>();
        switch (fields.Take("needs"))
        {
            case null:
                break;
            case YamlList { Items.Count: > 0 } list:
                foreach (var (index, item) in list.Items.Index())
                {
                    var path = $"{fields.PathOf("needs")}[{index}]";
                    if (YamlFields.Of(item, path, faults, NeedExample) is { } need && Need(need) is { } read)
                    {
                        needs.Add(read);
                    }
                }

                break;
            case var item:
                faults.Add(item, fields.PathOf("needs"), item is YamlList ? "the list is empty" : $"{item.Kind} stands where a list is expected", $"write the steps that must have succeeded before, like [{NeedExample}]");
                break;
        }

        return needs.Count == 0 ? [] : [.. needs];
    }

    private StepNeed? Need(YamlFields fields)
    {
        var system = fields.RequireText("system", "warehouse");
        var word = fields.RequireText("action", "transfer-data");
        fields.RefuseRest("system", "action");
        if (system is null || word is null)
        {
            return null;
        }

        if (!EnumText.TryParse<StepAction>(word, out var action))
        {
            fields.Refuse("action", $"there is no action {Shown.Quoted(word)}", Suggestion.Remedy(word, EnumText.All<StepAction>()));
            return null;
        }

        if (system != "*" && !systems.ContainsKey(system))
        {
            fields.Refuse("system", $"no system {Shown.Quoted(system)} is configured", Suggestion.Remedy(system, [.. systems.Keys, "*"]));
            return null;
        }

        if (!before.Exists(step => step.Action == action && (system == "*" || (step.System is { } one ? one.Value == system : Can(system, action)))))
        {
            fields.Refuse("action", $"no step before this one does {word} on {(system == "*" ? "any system" : system)}", "name a step that stands before it in the same policy, or put that one first");
            return null;
        }

        return new(system == "*" ? null : new SystemName(system), action);
    }

    /// <summary>Whether <c>"*"</c> reaches the system. One whose connector is at fault is not called wrong for it.</summary>
    private bool Can(string system, StepAction action) => systems[system] is not { } connector || connector.Actions.Contains(action);
}
