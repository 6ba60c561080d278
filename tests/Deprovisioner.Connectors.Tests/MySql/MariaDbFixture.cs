using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.MySql;

/// <summary>One server for all tests; users have names of their own.</summary>
public sealed class MariaDbFixture : IAsyncLifetime
{
    private int last;

    public MariaDbServer Server { get; private set; } = null!;

    public string NewName(string purpose) => $"{purpose}_{Interlocked.Increment(ref last)}";

    public async Task InitializeAsync()
    {
        // Modes in which a backslash and a double quote mean something else, and columns come padded.
        Server = await MariaDbServer.StartNew("--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH", "--plugin-load-add=auth_ed25519");
        await Server.Run("create user canary@'%'; create role readers; create role writers; create database shop; create table shop.t (a int, b int); create procedure shop.p() select 1");
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

[CollectionDefinition(nameof(MariaDbFixture))]
public sealed class MariaDbGroup : ICollectionFixture<MariaDbFixture>;
