using Deprovisioner.Connectors.ActiveDirectory;
using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Manual;
using Deprovisioner.Connectors.Postgres;
using Deprovisioner.Connectors.Scim;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>The kinds of connectors that this build has. A new one is a folder and a line here.</summary>
public static class ConnectorCatalogue
{
    /// <summary>One line each.</summary>
    public static readonly IReadOnlyList<IConnectorKind> Kinds =
    [
        new LdapKind(),
        new ActiveDirectoryKind(),
        new ScimKind(),
        new PostgresKind(),
        new ManualKind(),
    ];

    /// <summary>What each can do and which settings it takes: what the configuration is checked against.</summary>
    public static IReadOnlyList<ConnectorDescription> Descriptions => DescriptionsOf(Kinds);

    /// <summary>The same of other kinds than those of this build.</summary>
    public static IReadOnlyList<ConnectorDescription> DescriptionsOf(IReadOnlyList<IConnectorKind> kinds) => [.. kinds.Select(k => k.Description)];
}
