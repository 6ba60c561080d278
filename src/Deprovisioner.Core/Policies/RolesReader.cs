using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads <c>roles</c>, the access model.</summary>
/// <param name="systems">What <c>systems</c> names, with the connector of each where it is known.</param>
internal sealed class RolesReader(IReadOnlyDictionary<string, ConnectorDescription?> systems, FaultList faults)
{
    private const string Example = "{name: finance-analyst, when: {department: Finance}, grants: {warehouse: [analysts]}}";

    // As long as an LDAP server's own limit for a DN is wide; also what an event's texts may be at most, many times over.
    private const int LongestEntitlement = 2000;

    /// <summary>The systems that the roles name, also in roles with faults.</summary>
    public HashSet<string> Granting { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<AccessRole> Read(YamlItem? item)
    {
        if (item is null)
        {
            return [];
        }

        if (item is not YamlList { Items.Count: > 0 } list)
        {
            faults.Add(item, "roles", item is YamlList ? "the list is empty" : $"{item.Kind} stands where a list is expected", $"write at least one role, like - {Example}, or take 'roles' away");
            return [];
        }

        var read = new List<(AccessRole Role, YamlFields Fields)>();
        var names = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var (index, one) in list.Items.Index())
        {
            if (YamlFields.Of(one, $"roles[{index}]", faults, Example) is { } fields && Role(fields, names) is { } role)
            {
                read.Add((role, fields));
            }
        }

        foreach (var ((role, fields), index) in read.Select((r, i) => (r, i)))
        {
            RefuseIdle(role, fields, read.Index().Where(other => other.Index != index).Select(other => (other.Item.Role, other.Item.Fields.At.Line, Earlier: other.Index < index)));
        }

        return [.. read.Select(r => r.Role)];
    }

    private AccessRole? Role(YamlFields fields, Dictionary<string, int> names)
    {
        var name = fields.RequireText("name", "finance-analyst");
        if (name?.Length > 128)
        {
            fields.Refuse("name", "the name is longer than 128 characters", "shorten it");
        }

        if (name is not null && !names.TryAdd(name, fields.At.Line))
        {
            fields.Refuse("name", $"another role is called {Shown.Quoted(name)} (line {names[name]})", "give each role its own name");
        }

        var when = fields.Require("when", "write whom the role is for, like when: {department: Finance}, or when: {} for everybody") is { } condition
            ? When(condition, fields.PathOf("when"))
            : null;
        var grants = fields.Require("grants", "write what the role gives, like grants: {warehouse: [analysts]}") is { } granted
            ? Grants(granted, fields.PathOf("grants"))
            : null;
        fields.RefuseRest("name", "when", "grants");
        return name is null || when is null || grants is null ? null : new() { Name = name, When = when, Grants = grants };
    }

    private RoleCondition? When(YamlItem item, string path)
    {
        if (YamlFields.Of(item, path, faults, "{department: Finance, title: [Analyst, Controller]}") is not { } fields)
        {
            return null;
        }

        var before = faults.Count;
        var condition = new RoleCondition
        {
            WorkerTypes = fields.Texts("workerType", "contractor"),
            Departments = fields.Texts("department", "Finance"),
            Titles = fields.Texts("title", "Analyst"),
            Locations = fields.Texts("location", "Berlin"),
        };
        fields.RefuseRest("workerType", "department", "title", "location");

        // One that was read in part would be met by more people than its author means.
        return faults.Count > before ? null : condition;
    }

    private Dictionary<SystemName, IReadOnlyList<string>>? Grants(YamlItem item, string path)
    {
        if (YamlFields.Of(item, path, faults, "{warehouse: [analysts]}") is not { } fields)
        {
            return null;
        }

        var before = faults.Count;
        var grants = new Dictionary<SystemName, IReadOnlyList<string>>();
        foreach (var entry in fields.Rest.ToList())
        {
            var system = entry.Key.Value;
            Granting.Add(system);
            grants[new SystemName(system)] = Entitlements(fields, system);
            CheckSystem(entry.Key, fields.PathOf(system), system);
        }

        if (grants.Count == 0)
        {
            faults.Add(item, path, "the role grants nothing", "name a system and its entitlements, like {warehouse: [analysts]}");
        }

        return faults.Count > before ? null : grants;
    }

    private IReadOnlyList<string> Entitlements(YamlFields grants, string system)
    {
        var entitlements = grants.Texts(system, "analysts");
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entitlement in entitlements)
        {
            if (!seen.Add(entitlement))
            {
                grants.Refuse(system, $"{Shown.Quoted(entitlement)} stands here twice", "keep one of the two: upper and lower case do not matter");
            }
            else if (entitlement.Length > LongestEntitlement)
            {
                grants.Refuse(system, $"{Shown.Quoted(entitlement)} is no entitlement", $"write the id or the name that the system has for it, of at most {LongestEntitlement} characters");
            }
        }

        return entitlements;
    }

    private void CheckSystem(YamlText at, string path, string system)
    {
        if (!systems.TryGetValue(system, out var connector))
        {
            faults.Add(at, path, $"no system {Shown.Quoted(system)} is configured", systems.Count == 0 ? "configure it under systems" : Suggestion.Remedy(system, [.. systems.Keys]));
        }
        else if (connector is not null && !connector.Actions.Contains(StepAction.RemoveEntitlements))
        {
            faults.Add(
                at, path, $"the system {system} cannot do remove-entitlements (connector {connector.Connector}), so nothing that a role grants there could be taken away", "take it out of the role; a policy for transferred may have a manual-task for it");
        }
    }

    /// <summary>A role that gives nobody anything which another does not give them is a mistake: its author believes that it makes a difference.</summary>
    private static void RefuseIdle(AccessRole role, YamlFields fields, IEnumerable<(AccessRole Role, int Line, bool Earlier)> others)
    {
        foreach (var (other, line, earlier) in others)
        {
            // Of two that say the same, only the later is refused.
            var same = role.When.Covers(other.When) && GrantsAll(role, other);
            if (other.When.Covers(role.When) && GrantsAll(other, role) && (earlier || !same))
            {
                fields.Refuse("grants", $"the role {Shown.Quoted(other.Name)} (line {line}) is for all that this one is for, and grants all that this one grants", "take this role away, or change one of the two");
                return;
            }
        }
    }

    private static bool GrantsAll(AccessRole wide, AccessRole narrow)
        => narrow.Grants.All(on => wide.Grants.TryGetValue(on.Key, out var granted) && on.Value.All(e => granted.Contains(e, StringComparer.OrdinalIgnoreCase)));
}
