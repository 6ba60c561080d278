using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads <c>systems</c>.</summary>
internal sealed class SystemsReader(IReadOnlyList<ConnectorDescription> connectors, FaultList faults)
{
    private static readonly string[] Own = ["connector", "match", "canary", "limits", "mode"];

    /// <summary>
    /// What of <see cref="StepCommand.Facts"/> may find an account. Not the manager's facts, which would find the manager's account; not the
    /// given and family names, which are not one person's alone.
    /// </summary>
    private static readonly string[] Identifying = ["person.email", "person.userName", "personId", "employmentId"];

    private readonly Dictionary<string, ConnectorDescription?> known = new(StringComparer.Ordinal);

    /// <summary>Every system that the file names, also those with faults, so that a step that names one is not called wrong for it; null: unknown connector.</summary>
    public IReadOnlyDictionary<string, ConnectorDescription?> Known => known;

    public IReadOnlyList<SystemSettings> Read(YamlItem? item)
    {
        if (item is null || YamlFields.Of(item, "systems", faults, "corp-ldap: {connector: ldap, …}") is not { } fields)
        {
            return [];
        }

        if (!fields.Rest.Any())
        {
            faults.Add(item, "systems", "no system is configured", "configure at least one, like corp-ldap: {connector: ldap, …}");
        }

        return [.. fields.Rest.ToList().Select(e => System(e, fields.PathOf(e.Key.Value))).OfType<SystemSettings>()];
    }

    private SystemSettings? System(YamlEntry entry, string path)
    {
        var name = entry.Key.Value;
        known[name] = null;
        if (!IsName(name))
        {
            faults.Add(entry.Key, path, $"{YamlFields.ShownKey(name)} is no name for a system", "write 1 to 63 lower-case letters, digits and dashes, beginning with a letter or digit: the name is part of a queue's name");
        }

        if (YamlFields.Of(entry.Value, path, faults, "{connector: ldap, url: …}") is not { } fields || Connector(fields) is not { } connector)
        {
            return null;
        }

        known[name] = connector;
        var match = Match(fields, connector);
        var canary = fields.Text("canary", "svc-canary@example.test");
        if (canary is not null && !connector.FindsAccounts)
        {
            fields.Refuse("canary", $"the connector {connector.Connector} finds no accounts", "take 'canary' away");
        }

        return new()
        {
            Name = new(name),
            Connector = connector.Connector,
            Match = match,
            Canary = canary,
            Observe = ModeReader.Observes(fields),
            Limits = LimitsReader.Read(fields),
            Values = new SettingsReader(connector, faults).Read(fields, Own),
        };
    }

    private ConnectorDescription? Connector(YamlFields fields)
    {
        var names = connectors.Select(c => c.Connector).ToList();
        if (fields.RequireText("connector", names.Count > 0 ? names[0] : "ldap") is not { } name)
        {
            return null;
        }

        var connector = connectors.FirstOrDefault(c => c.Connector == name);
        if (connector is null)
        {
            fields.Refuse("connector", $"there is no connector {Shown.Quoted(name)}", $"{Suggestion.Remedy(name, names)}{(Suggestion.For(name, names) is null ? "" : $" (known: {string.Join(", ", names)})")}");
        }

        return connector;
    }

    private AccountMatch? Match(YamlFields system, ConnectorDescription connector)
    {
        if (!connector.FindsAccounts)
        {
            if (system.Take("match") is not null)
            {
                system.Refuse("match", $"the connector {connector.Connector} finds no accounts", "take 'match' away");
            }

            return null;
        }

        if (system.Require("match", "write how a person's account is found, like match: {attribute: mail, value: person.email}") is not { } item
            || YamlFields.Of(item, system.PathOf("match"), faults, "{attribute: mail, value: person.email}") is not { } fields)
        {
            return null;
        }

        var attribute = fields.Text("attribute", "mail");
        var value = fields.RequireText("value", "person.email");
        fields.RefuseRest("attribute", "value");
        if (value is not null && !Identifying.Contains(value))
        {
            fields.Refuse(
                "value",
                value.StartsWith("person.manager.", StringComparison.Ordinal) ? $"{Shown.Quoted(value)} would find the manager's account"
                    : value is "person.givenName" or "person.familyName" ? $"{Shown.Quoted(value)} is not one person's alone"
                    : $"{Shown.Quoted(value)} is nothing that is known of a person",
                Suggestion.Remedy(value, Identifying));
        }

        return value is null ? null : new(attribute, value);
    }

    /// <summary>What systems may be called, and receivers of notifications.</summary>
    public static bool IsName(string name)
        => name.Length is >= 1 and <= 63 && name[0] != '-' && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
