using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads a policy's <c>when</c>.</summary>
internal static class ConditionReader
{
    private static readonly string[] Keys = ["event", "reason", "workerType", "department", "title", "location", "urgent"];

    public static PolicyCondition? Read(YamlItem item, string path, FaultList faults)
    {
        if (YamlFields.Of(item, path, faults, "{event: terminated, reason: [involuntary, misconduct]}") is not { } fields)
        {
            return null;
        }

        var before = faults.Count;
        var condition = new PolicyCondition
        {
            Event = Event(fields) ?? "",
            Reasons = fields.Texts("reason", "involuntary"),
            WorkerTypes = fields.Texts("workerType", "contractor"),
            Departments = fields.Texts("department", "Finance"),
            Titles = fields.Texts("title", "Analyst"),
            Locations = fields.Texts("location", "Berlin"),
            Urgent = fields.Flag("urgent"),
        };
        fields.RefuseRest(Keys);

        // A condition that was read in part would seem to hide other policies.
        return faults.Count > before ? null : condition;
    }

    private static string? Event(YamlFields fields)
    {
        var known = PolicyMatcher.EventNames;
        var names = fields.Texts("event", "terminated");
        switch (names)
        {
            case [] when !fields.Has("event"):
                fields.Refuse("event", "'event' is missing", $"write one of: {string.Join(", ", known)}");
                return null;
            case [var one] when known.Contains(one):
                return one;
            case [var one]:
                fields.Refuse("event", $"there is no event {Shown.Quoted(one)}", Suggestion.Remedy(PolicyMatcher.EventNameOf(one), known));
                return null;
            case []:
                return null;
            default:
                fields.Refuse("event", "a policy answers one kind of event", "write a policy for each (an anchor can share their stages)");
                return null;
        }
    }
}
