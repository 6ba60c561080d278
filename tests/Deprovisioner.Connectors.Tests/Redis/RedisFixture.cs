using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Redis;

/// <summary>One server for most tests; users have names of their own.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    private int last;

    public RedisServer Server { get; private set; } = null!;

    public string NewName(string purpose) => $"{purpose}-{Interlocked.Increment(ref last)}";

    public async Task InitializeAsync()
    {
        Server = await RedisServer.StartNew(tls: true);
        await Server.Run("ACL", "SETUSER", "canary", "on", ">canary");
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

[CollectionDefinition(nameof(RedisFixture))]
public sealed class RedisGroup : ICollectionFixture<RedisFixture>;
