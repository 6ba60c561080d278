using System.Globalization;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Redis;

/// <summary>Whether every node is reached, keeps what is changed, and lets the user do what the connector's actions need.</summary>
internal static class RedisCheck
{
    private static readonly IReadOnlyList<string> Needed =
        ["acl getuser x", "acl list", "acl setuser x", "acl deluser x", "acl save", "client list", "client kill user x", "config get aclfile", "config rewrite", "info"];

    public static async Task<SystemCheck> RunAsync(IReadOnlyList<RedisNode> nodes, RedisSettings settings, CancellationToken cancellationToken)
    {
        var findings = new List<CheckFinding>();
        string? version = null;
        var members = 1;
        foreach (var node in nodes)
        {
            var server = await AclStores.InfoAsync(node, "server", cancellationToken);
            var replication = await AclStores.InfoAsync(node, "replication", cancellationToken);
            version ??= server.GetValueOrDefault("redis_version");
            members = Math.Max(members, Members(replication));
            var store = await AclStores.OfAsync(node, cancellationToken);
            findings.Add(Finding($"{node.Name}: has users", Major(server) >= 6, "Users exist from Redis 6 on."));
            findings.Add(Finding($"{node.Name}: connection is encrypted", node.IsEncrypted, "Set tls: true, or caFile: the password travels in the clear."));
            findings.Add(Finding($"{node.Name}: keeps its users", store != AclStore.Memory, "Start the node with an aclfile or a configuration file: after a restart a leaver is back."));
            findings.AddRange(await RightsAsync(node, settings.User, cancellationToken));
        }

        findings.Add(Finding(
            "every node is listed",
            nodes.Count >= members,
            $"One of them belongs to {members.ToString(CultureInfo.InvariantCulture)} nodes or more, and they do not tell each other of users: list all of them."));
        return new SystemCheck(Reachable: true, version is null ? null : $"Redis {version}", findings);
    }

    /// <summary>From 7.0 on a node says what a user may do without doing it: https://redis.io/docs/latest/commands/acl-dryrun/</summary>
    private static async Task<IEnumerable<CheckFinding>> RightsAsync(RedisNode node, string user, CancellationToken cancellationToken)
    {
        var findings = new List<CheckFinding>();
        foreach (var needed in Needed)
        {
            try
            {
                var said = (string?)await node.AskAsync("ACL", ["DRYRUN", user, .. needed.Split(' ')], cancellationToken);
                findings.Add(Finding($"{node.Name}: may {needed.Replace(" x", "", StringComparison.Ordinal)}", said == "OK", $"ACL SETUSER {user} +{string.Join('|', needed.Split(' ').Take(needed.StartsWith("info", StringComparison.Ordinal) ? 1 : 2))}"));
            }
            catch (SystemFaultException error) when (error.Fault.Code.StartsWith("redis-", StringComparison.Ordinal))
            {
                // 6.x does not know the question; there the rights that only read are proved by what was read above.
                return error.Fault.Code == RedisFaults.NoPermission
                    ? [Finding($"{node.Name}: rights can be looked at", ok: false, $"ACL SETUSER {user} +acl|dryrun; nothing else needs it.")]
                    : [];
            }
        }

        return findings;
    }

    /// <summary>How many there are at least, as this one knows.</summary>
    private static int Members(IReadOnlyDictionary<string, string> replication)
        => replication.GetValueOrDefault("role") == "slave" ? 2
            : int.TryParse(replication.GetValueOrDefault("connected_slaves"), NumberStyles.None, CultureInfo.InvariantCulture, out var replicas) ? 1 + replicas : 1;

    private static int Major(IReadOnlyDictionary<string, string> server)
        => int.TryParse(server.GetValueOrDefault("redis_version")?.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : 0;

    private static CheckFinding Finding(string subject, bool ok, string remedy) => new(subject, ok, ok ? null : remedy);
}
