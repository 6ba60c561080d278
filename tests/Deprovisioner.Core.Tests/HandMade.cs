using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Tests;

/// <summary>A configuration made by hand: four systems, and the policies of the test.</summary>
internal static class HandMade
{
    public static Configuration Configuration(params Policy[] policies)
        => new()
        {
            Version = "v1",
            Text = "",
            Systems = [System("corp-ldap", "ldap"), System("crm", "scim"), System("warehouse", "postgres"), System("badge", "manual")],
            Policies = policies,
            Defaults = new ConfigurationDefaults("Europe/Berlin", new TimeOnly(18, 0), new Dictionary<string, string>()),
        };

    private static SystemSettings System(string name, string connector)
        => new() { Name = new SystemName(name), Connector = connector, Values = new Dictionary<string, string>() };
}
