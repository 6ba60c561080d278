using System.Globalization;
using System.Text.Json;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.RabbitMq;

/// <summary>
/// A user in the field's terms.
/// <para>
/// RabbitMQ has no switch that turns a user off. What comes to the same, is undone without loss, and needs no new password: a limit of no connections at all
/// (https://www.rabbitmq.com/docs/user-limits), which AMQP, MQTT and STOMP heed however the user was authenticated, and no tag that opens the management
/// interface, through which messages can be read and sent without a connection. The stream protocol does not heed the limit before 4.2.7
/// (https://github.com/rabbitmq/rabbitmq-server/security/advisories/GHSA-hwqx-2gfg-89qf), but wants a permission in the virtual host: so where it is spoken,
/// a user that has one counts as able to sign in.
/// </para>
/// <para>
/// Topic permissions are no entitlements: where there is none, every topic is allowed (https://www.rabbitmq.com/docs/access-control#topic-authorisation), so that
/// taking one away would give more. They have no effect without a permission in the virtual host.
/// </para>
/// </summary>
internal static class BrokerUser
{
    /// <summary>Made by RabbitMQ itself, and nobody's account: https://www.rabbitmq.com/docs/access-control#default-state</summary>
    public const string BuiltIn = "guest";

    public const string TagPrefix = "tag:";

    public const string HostPrefix = "vhost:";

    /// <summary>Those that open the management interface (https://www.rabbitmq.com/docs/management#permissions); any other opens nothing by itself.</summary>
    private static readonly string[] ManagementTags = ["administrator", "monitoring", "policymaker", "management"];

    public static bool OpensManagement(string tag) => ManagementTags.Contains(tag, StringComparer.Ordinal);

    public static bool Enabled(UserResource user, bool reachesStreams) => user.MostConnections is not 0 || user.TagNames.Any(OpensManagement) || reachesStreams;

    public static AccountState State(UserResource user, IReadOnlyList<Permission> permissions, int connections, bool hasStreams, bool critical) => new()
    {
        Account = new AccountRef(user.Name, user.Name),
        Enabled = Enabled(user, reachesStreams: hasStreams && permissions.Count > 0),
        Critical = critical,
        LiveSessions = connections,
        Credentials = user.PasswordHash is { } hash ? (hash.Length == 0 ? 0 : 1) : null,
        Entitlements =
        [
            .. permissions.Select(p => new Entitlement(HostPrefix + p.Vhost, $"virtual host {p.Vhost}")),
            .. user.TagNames.Select(tag => new Entitlement(TagPrefix + tag, $"tag {tag}")),
        ],
        RestoreAttributes = Kept(user, permissions),
        Details = new Dictionary<string, string> { [UserResource.ConnectionLimit] = Number(user.MostConnections) ?? "no limit" },
    };

    /// <summary>The permission that a snapshot keeps of a virtual host; null: none that can be read.</summary>
    public static Permission? Kept(IReadOnlyDictionary<string, string> attributes, string id)
    {
        try
        {
            return attributes.TryGetValue(id, out var text) && JsonSerializer.Deserialize<Permission>(text) is { Configure: not null, Write: not null, Read: not null } kept
                ? kept with { Vhost = id[HostPrefix.Length..] }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The limit that a snapshot keeps; null: there was none.</summary>
    public static int? KeptLimit(IReadOnlyDictionary<string, string> attributes)
        => attributes.TryGetValue(UserResource.ConnectionLimit, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : null;

    private static Dictionary<string, string> Kept(UserResource user, IReadOnlyList<Permission> permissions)
    {
        var kept = permissions.ToDictionary(p => HostPrefix + p.Vhost, p => JsonSerializer.Serialize(p), StringComparer.Ordinal);
        if (Number(user.MostConnections) is { } limit)
        {
            kept[UserResource.ConnectionLimit] = limit;
        }

        return kept;
    }

    private static string? Number(int? value) => value?.ToString(CultureInfo.InvariantCulture);
}
