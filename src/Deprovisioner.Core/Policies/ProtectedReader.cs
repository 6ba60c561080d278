using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads <c>protected</c>. Whatever cannot be read is a fault: a list that was read in part would give false safety.</summary>
internal sealed class ProtectedReader(IEnumerable<string> systems, FaultList faults)
{
    private const string Example = "{people: [P0001], accounts: {\"*\": [administrator, svc-*]}}";

    public ProtectedEntries Read(YamlFields root)
    {
        if (root.Take("protected") is not { } item || YamlFields.Of(item, "protected", faults, Example) is not { } fields)
        {
            return ProtectedEntries.None;
        }

        var people = Patterns(fields, "people", "P0001");
        var accounts = fields.Take("accounts") is { } map ? Accounts(map, fields.PathOf("accounts")) : [];
        fields.RefuseRest("people", "accounts");
        return new(people, accounts);
    }

    private Dictionary<string, IReadOnlyList<string>> Accounts(YamlItem item, string path)
    {
        var accounts = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (YamlFields.Of(item, path, faults, "{corp-ldap: [\"cn=breakglass*\"], \"*\": [administrator]}") is { } fields)
        {
            foreach (var entry in fields.Rest.ToList())
            {
                var system = entry.Key.Value;
                if (system != ProtectedEntries.EverySystem && !systems.Contains(system))
                {
                    YamlFields.RefuseUnknown(entry, path, [.. systems, ProtectedEntries.EverySystem], faults);
                }

                accounts[system] = Patterns(fields, system, "svc-*");
            }
        }

        return accounts;
    }

    private static IReadOnlyList<string> Patterns(YamlFields fields, string key, string example)
    {
        var patterns = fields.Texts(key, example);
        foreach (var pattern in patterns)
        {
            if (pattern.Trim('*').Trim().Length == 0)
            {
                fields.Refuse(key, $"{Shown.Quoted(pattern)} covers everything", "name what to protect; where nothing shall be changed at all, write mode: observe");
            }
            else if (pattern.Trim('*').Contains('*', StringComparison.Ordinal))
            {
                fields.Refuse(key, $"{Shown.Quoted(pattern)} has a * in the middle", "put * at the beginning or the end, like svc-*");
            }
        }

        return patterns;
    }
}
