using System.Security.Cryptography;
using System.Text;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Text to a checked configuration, or to everything that is wrong with it. Whatever the text is, it answers and does not throw.</summary>
public static class ConfigurationReader
{
    /// <summary>Only the guard of a configuration that was taken up, and so was checked; null where it has none.</summary>
    /// <param name="text">The content of <c>deprovisioner.yaml</c>.</param>
    public static GuardSettings? Guard(string text)
    {
        var faults = new FaultList();
        return YamlTree.Read(text, faults) is { } root && YamlFields.Of(root, "", faults, "guard: {…}") is { } fields ? GuardReader.Read(fields) : null;
    }

    /// <param name="text">The content of <c>deprovisioner.yaml</c>.</param>
    /// <param name="connectors">The connectors that systems may name.</param>
    public static ConfigurationReading Read(string text, IReadOnlyList<ConnectorDescription> connectors)
    {
        var faults = new FaultList();
        var root = YamlTree.Read(text, faults);
        if (root is null || YamlFields.Of(root, "", faults, "systems: {…} and policies: […]") is not { } fields)
        {
            return new(null, faults.InOrder);
        }

        var systemsReader = new SystemsReader(connectors, faults);
        var systems = systemsReader.Read(fields.Require("systems", "configure at least one system, like systems: {corp-ldap: {connector: ldap, …}}"));
        var rolesReader = new RolesReader(systemsReader.Known, faults);
        var roles = rolesReader.Read(fields.Take("roles"));
        var policies = new PoliciesReader(systemsReader.Known, rolesReader.Granting, faults).Read(fields.Require("policies", "write at least one policy, like policies: [{name: leaver, when: {event: terminated}, stages: […]}]"));
        var defaults = DefaultsReader.Read(fields);
        var guard = GuardReader.Read(fields);
        var drift = DriftReader.Read(fields);
        var isProtected = new ProtectedReader(systemsReader.Known.Keys, faults).Read(fields);
        var observe = ModeReader.Observes(fields);
        var reconcile = ReconcileReader.Read(fields);
        var notifications = new NotificationsReader(faults).Read(fields);
        fields.RefuseRest("systems", "roles", "policies", "defaults", "guard", "drift", "protected", "mode", "reconcile", "notifications");
        return new(
            faults.Count > 0 ? null : new Configuration
            {
                Version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
                Text = text,
                Systems = ModeReader.Under(observe, systems),
                Policies = policies,
                Defaults = defaults,
                Guard = guard,
                Drift = drift,
                Roles = roles,
                Protected = isProtected,
                Observe = observe,
                Reconcile = reconcile,
                Notifications = notifications,
            },
            faults.InOrder);
    }
}
