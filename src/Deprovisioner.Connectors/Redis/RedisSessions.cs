using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Redis;

/// <summary>Connections of a user to one node. Switching a user off ends none; whoever has authenticated stays.</summary>
internal static class RedisSessions
{
    /// <summary>Null: the credential may not see them.</summary>
    public static async Task<int?> CountAsync(RedisNode node, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await VisibleAsync(node, name, cancellationToken);
        }
        catch (SystemFaultException error) when (error.Fault.Code == RedisFaults.NoPermission)
        {
            return null;
        }
    }

    /// <summary>https://redis.io/docs/latest/commands/client-kill/. It answers how many it will close; reading back tells whether they are. Whoever may not see them could not read back, and is refused first.</summary>
    public static async Task EndAsync(RedisNode node, string name, CancellationToken cancellationToken)
    {
        if (await VisibleAsync(node, name, cancellationToken) > 0)
        {
            await node.AskAsync("CLIENT", ["KILL", "USER", name], cancellationToken);
        }
    }

    /// <summary>A line a client, fields between spaces (https://redis.io/docs/latest/commands/client-list/); no name holds a space, so that none can look like another field.</summary>
    private static async Task<int> VisibleAsync(RedisNode node, string name, CancellationToken cancellationToken)
        => ((string?)await node.AskAsync("CLIENT", ["LIST"], cancellationToken) ?? "").Split('\n').Count(line => line.TrimEnd('\r').Split(' ').Contains($"user={name}", StringComparer.Ordinal));
}
