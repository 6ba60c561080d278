using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Postgres;

/// <summary>One server for all PostgreSQL tests; roles and databases have names of their own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private int last;

    public PostgresServer Server { get; private set; } = null!;

    public string NewName(string purpose) => $"{purpose}_{Interlocked.Increment(ref last)}";

    public async Task InitializeAsync()
    {
        Server = await PostgresServer.StartNew();
        await Server.Execute("create role canary login; create role readers; create role writers; create role archive");
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

[CollectionDefinition(nameof(PostgresFixture))]
public sealed class PostgresGroup : ICollectionFixture<PostgresFixture>;
