using System.Net;
using System.Security.Cryptography.X509Certificates;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Redis;

/// <summary>A system's settings, read and checked. Holds a credential: has no text form.</summary>
internal sealed class RedisSettings
{
    public static readonly IReadOnlyList<SettingDescription> Described =
    [
        new("nodes", SettingKind.List, true, "Every node, replicas too, as host:port, such as redis-1.example.test:6379."),
        new("user", SettingKind.Text, false, "The user that does the work; default: default."),
        new("password", SettingKind.Secret, true, "That user's password, such as ${env:REDIS_PASSWORD}."),
        new("tls", SettingKind.Boolean, false, "Whether the nodes speak TLS; default false, and true with a caFile."),
        new("caFile", SettingKind.Text, false, "PEM file of the authorities that vouch for the nodes; default: those of the machine."),
    ];

    private const int DefaultPort = 6379;

    private RedisSettings(IReadOnlyList<DnsEndPoint> nodes, string user, string password) => (Nodes, User, Password) = (nodes, user, password);

    public IReadOnlyList<DnsEndPoint> Nodes { get; }

    public string User { get; }

    public string Password { get; }

    public bool Tls { get; private init; }

    /// <summary>Null: the machine's own authorities.</summary>
    public X509ChainPolicy? Trust { get; private init; }

    public TimeSpan Timeout { get; private init; }

    /// <exception cref="SystemFaultException">A setting cannot be used; names the setting, never its value.</exception>
    public static RedisSettings Read(SystemSettings system, ISecrets secrets)
    {
        var settings = new SettingsReader(system, secrets);
        var keys = system.Values.Keys.Where(key => key.StartsWith("nodes.", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        IReadOnlyList<DnsEndPoint> nodes = [.. keys.Select(key => Node(settings.Required(key)) ?? throw settings.Unusable(key, "is no address such as redis-1.example.test:6379")).Distinct()];
        var trust = settings.Trust("caFile");
        return new RedisSettings(
            nodes.Count > 0 ? nodes : throw settings.Unusable("nodes", "must list at least one address"),
            settings.Optional("user") ?? AclNames.Default,
            settings.Required("password"))
        {
            Tls = settings.Flag("tls") || trust is not null,
            Trust = trust,
            Timeout = system.Limits.Timeout,
        };
    }

    private static DnsEndPoint? Node(string text)
        => Uri.TryCreate($"redis://{text}", UriKind.Absolute, out var address) && address is { Host.Length: > 0, UserInfo.Length: 0, AbsolutePath: "" or "/", Query.Length: 0, Fragment.Length: 0 }
            ? new DnsEndPoint(address.DnsSafeHost, address.Port > 0 ? address.Port : DefaultPort)
            : null;
}
