using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads the <c>when</c> of a policy and of a step.</summary>
internal static class ConditionReader
{
    private static readonly string[] Keys = [.. ConditionAttribute.All.Select(a => a.Key), "urgent"];

    /// <summary>A policy's: it must name its events.</summary>
    public static PolicyCondition? Read(YamlItem item, string path, FaultList faults)
        => Read(item, path, faults, "{event: terminated, reason: [involuntary, misconduct]}", fields =>
        {
            var events = Events(fields);
            fields.RefuseRest(["event", .. Keys]);
            return events;
        });

    /// <summary>A step's: the policy has asked for the event already.</summary>
    public static PolicyCondition? OfStep(YamlItem item, string path, FaultList faults)
        => Read(item, path, faults, "{workerType: employee}", fields =>
        {
            if (fields.Take("event") is not null)
            {
                fields.Refuse("event", "a step is not asked for its event", "take 'event' away: the policy's own 'when' names it");
            }
            else if (!fields.At.Entries.Any())
            {
                faults.Add(fields.At, path, "the condition asks nothing", "write what the step is for, like when: {workerType: employee}, or take 'when' away");
            }

            fields.RefuseRest(Keys);
            return [];
        });

    private static PolicyCondition? Read(YamlItem item, string path, FaultList faults, string example, Func<YamlFields, IReadOnlyList<string>> events)
    {
        if (YamlFields.Of(item, path, faults, example) is not { } fields)
        {
            return null;
        }

        var before = faults.Count;
        var texts = ConditionAttribute.All.ToDictionary(a => a.Key, a => Texts(fields, a));
        var urgent = fields.Flag("urgent");
        var condition = new PolicyCondition
        {
            Events = events(fields),
            Reasons = texts["reason"],
            WorkerTypes = texts["workerType"],
            Departments = texts["department"],
            Titles = texts["title"],
            Locations = texts["location"],
            Managers = texts["managerId"],
            Sources = texts["source"],
            Persons = texts["personId"],
            Employments = texts["employmentId"],
            Urgent = urgent,
        };

        // A condition that was read in part would seem to hide other policies.
        return faults.Count > before ? null : condition;
    }

    private static IReadOnlyList<string> Texts(YamlFields fields, ConditionAttribute attribute)
    {
        var texts = fields.Texts(attribute.Key, attribute.Example);
        if (texts.FirstOrDefault(text => !Wildcard.IsWellFormed(text)) is { } wrong)
        {
            fields.Refuse(attribute.Key, $"{Shown.Quoted(wrong)} has a * that is not read", "write one * at the beginning, at the end, or at both, like Sales* or *Sales*");
        }

        return texts;
    }

    private static IReadOnlyList<string> Events(YamlFields fields)
    {
        var known = PolicyMatcher.EventNames;
        var names = fields.Texts("event", "terminated");
        if (!fields.Has("event"))
        {
            fields.Refuse("event", "'event' is missing", $"write one or a list of: {string.Join(", ", known)}");
        }

        if (names.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            fields.Refuse("event", $"there is no event {Shown.Quoted(unknown)}", Suggestion.Remedy(PolicyMatcher.EventNameOf(unknown), known));
        }

        return names;
    }
}
