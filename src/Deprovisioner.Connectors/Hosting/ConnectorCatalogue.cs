using Deprovisioner.Connectors.ActiveDirectory;
using Deprovisioner.Connectors.AwsIam;
using Deprovisioner.Connectors.Kubernetes;
using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.LinuxSsh;
using Deprovisioner.Connectors.ManageSieve;
using Deprovisioner.Connectors.Manual;
using Deprovisioner.Connectors.MySql;
using Deprovisioner.Connectors.Postgres;
using Deprovisioner.Connectors.RabbitMq;
using Deprovisioner.Connectors.Redis;
using Deprovisioner.Connectors.Rest;
using Deprovisioner.Connectors.Scim;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.SharedSignals;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>The kinds of connectors that this build has. A new one is a folder and a line here, or a file among those that <see cref="DeclaredKinds"/> ships.</summary>
public static class ConnectorCatalogue
{
    /// <summary>One line each.</summary>
    private static readonly IReadOnlyList<IConnectorKind> Coded =
    [
        new LdapKind(),
        new ActiveDirectoryKind(),
        new ScimKind(),
        new PostgresKind(),
        new MySqlKind(ServerDialect.MySql),
        new MySqlKind(ServerDialect.MariaDb),
        new RedisKind(),
        new LinuxSshKind(),
        new RabbitMqKind(),
        new AwsIamKind(),
        new SharedSignalsKind(),
        new ManageSieveKind(),
        new KubernetesKind(),
        new ManualKind(),
    ];

    /// <summary>All that this build has.</summary>
    public static IReadOnlyList<IConnectorKind> Kinds { get; } = [.. Coded, .. DeclaredKinds.Shipped];

    /// <summary>With those that an installation declares: one that is called as a shipped file takes its place, and none that of a coded one.</summary>
    /// <exception cref="ArgumentException">One is called as a coded one.</exception>
    public static IReadOnlyList<IConnectorKind> With(IReadOnlyList<IConnectorKind> declared)
    {
        var names = declared.Select(NameOf).ToHashSet(StringComparer.Ordinal);
        return Coded.Select(NameOf).FirstOrDefault(names.Contains) is { } taken
            ? throw new ArgumentException($"'{taken}' is the name of a connector of this build; call the file otherwise.", nameof(declared))
            : [.. Kinds.Where(kind => !names.Contains(NameOf(kind))), .. declared];
    }

    /// <summary>What each of this build can do and which settings it takes.</summary>
    public static IReadOnlyList<ConnectorDescription> Descriptions => DescriptionsOf(Kinds);

    /// <summary>The same of any: what the configuration is checked against.</summary>
    public static IReadOnlyList<ConnectorDescription> DescriptionsOf(IReadOnlyList<IConnectorKind> kinds) => [.. kinds.Select(k => k.Description)];

    private static string NameOf(IConnectorKind kind) => kind.Description.Connector;
}
