using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Redis;

/// <summary>Where a node keeps its users beyond its memory.</summary>
internal enum AclStore
{
    /// <summary>Nowhere: after a restart they are as they were.</summary>
    Memory,

    /// <summary>A file of their own, written by ACL SAVE.</summary>
    AclFile,

    /// <summary>The server's configuration, written by CONFIG REWRITE.</summary>
    ConfigFile,
}

/// <summary>https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/#use-an-external-acl-file: with an aclfile configured, the configuration holds no users.</summary>
internal static class AclStores
{
    public static async Task<AclStore> OfAsync(RedisNode node, CancellationToken cancellationToken)
    {
        var answer = (string?[]?)await node.AskAsync("CONFIG", ["GET", "aclfile"], cancellationToken);
        return answer is [_, { Length: > 0 }, ..] ? AclStore.AclFile
            : (await InfoAsync(node, "server", cancellationToken)).GetValueOrDefault("config_file") is { Length: > 0 } ? AclStore.ConfigFile
            : AclStore.Memory;
    }

    /// <summary>
    /// Writes down what was changed. That it could not be is told as something left to do, and does not undo what was done: as long as the node runs, it holds.
    /// </summary>
    public static async Task SaveAsync(RedisNode node, Action<string> followUp, CancellationToken cancellationToken)
    {
        try
        {
            switch (await OfAsync(node, cancellationToken))
            {
                case AclStore.AclFile:
                    await node.AskAsync("ACL", ["SAVE"], cancellationToken);
                    break;
                case AclStore.ConfigFile:
                    await node.AskAsync("CONFIG", ["REWRITE"], cancellationToken);
                    break;
                default:
                    followUp($"{node.Name} keeps its users in memory only, and when it restarts the account is as it was before: change it where the node's users are defined too.");
                    break;
            }
        }
        catch (SystemFaultException error) when (error.Fault.Code.StartsWith("redis-", StringComparison.Ordinal))
        {
            followUp($"It holds until the node restarts, and could not be written down: {error.Fault.Message}. Correct that, then have ACL SAVE or CONFIG REWRITE run there.");
        }
    }

    /// <summary>A section of INFO: https://redis.io/docs/latest/commands/info/</summary>
    public static async Task<IReadOnlyDictionary<string, string>> InfoAsync(RedisNode node, string section, CancellationToken cancellationToken)
        => ((string?)await node.AskAsync("INFO", [section], cancellationToken) ?? "").Split('\n')
            .Select(line => line.TrimEnd('\r').Split(':', 2)).Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0], StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First()[1], StringComparer.Ordinal);
}
