using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads <c>policies</c>.</summary>
/// <param name="systems">What <c>systems</c> names, with the connector of each where it is known.</param>
/// <param name="granting">The systems on which any role grants anything.</param>
internal sealed class PoliciesReader(IReadOnlyDictionary<string, ConnectorDescription?> systems, IReadOnlySet<string> granting, FaultList faults)
{
    private const string Example = "{name: leaver, when: {event: terminated}, stages: […]}";

    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    private static readonly RetryBudget DefaultRetry = new();

    public IReadOnlyList<Policy> Read(YamlItem? item)
    {
        if (item is null)
        {
            return [];
        }

        if (item is not YamlList { Items.Count: > 0 } list)
        {
            faults.Add(item, "policies", item is YamlList ? "the list is empty" : $"{item.Kind} stands where a list is expected", $"write at least one policy, like - {Example}");
            return [];
        }

        var read = new List<(Policy Policy, YamlItem At)>();
        var names = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var (index, one) in list.Items.Index())
        {
            if (YamlFields.Of(one, $"policies[{index}]", faults, Example) is { } fields && Policy(fields, names) is { } policy)
            {
                HiddenPolicy.Check(policy, fields, read);
                read.Add((policy, one));
            }
        }

        return [.. read.Select(p => p.Policy)];
    }

    private Policy? Policy(YamlFields fields, Dictionary<string, int> names)
    {
        var name = fields.RequireText("name", "involuntary-leaver");
        if (name?.Length > 128)
        {
            fields.Refuse("name", "the name is longer than 128 characters", "shorten it");
        }

        if (name is not null && !names.TryAdd(name, fields.At.Line))
        {
            fields.Refuse("name", $"another policy is called {Shown.Quoted(name)} (line {names[name]})", "give each policy its own name");
        }

        var when = fields.Require("when", "write when the policy applies, like when: {event: terminated}") is { } item
            ? ConditionReader.Read(item, fields.PathOf("when"), faults)
            : null;
        var cutoff = fields.Time("cutoff");
        var zone = fields.Zone("timeZone");
        var retry = fields.Take("retry") is { } budget ? Retry(budget, fields.PathOf("retry")) : DefaultRetry;
        var (grace, unexplained) = TransferRules.Read(fields, when?.Events);
        var stages = new StagesReader(systems, granting, when, faults).Read(fields);
        fields.RefuseRest("name", "when", "cutoff", "timeZone", "retry", "grace", "unexplained", "stages");
        return name is null || when is null
            ? null
            : new() { Name = name, When = when, Cutoff = cutoff, TimeZone = zone, Retry = retry, Grace = grace, Unexplained = unexplained, Stages = stages };
    }

    private RetryBudget Retry(YamlItem item, string path)
    {
        if (YamlFields.Of(item, path, faults, "{first: 2s, max: 5m, for: 3d}") is not { } fields)
        {
            return DefaultRetry;
        }

        var first = fields.Span("first", TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)) ?? DefaultRetry.First;
        var max = fields.Span("max", TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(7)) ?? (first > DefaultRetry.Max ? first : DefaultRetry.Max);
        var all = fields.Span("for", TimeSpan.FromSeconds(1), Year) ?? (max > DefaultRetry.For ? max : DefaultRetry.For);
        fields.RefuseRest("first", "max", "for");
        if (max < first)
        {
            fields.Refuse("max", $"the longest wait is shorter than the first, {Durations.Text(first)}", $"write {Durations.Text(first)} or more");
        }

        if (all < max)
        {
            fields.Refuse("for", $"the whole time is shorter than the longest wait, {Durations.Text(max)}", $"write {Durations.Text(max)} or more, or a shorter max");
        }

        return new() { First = first, Max = max, For = all };
    }
}
