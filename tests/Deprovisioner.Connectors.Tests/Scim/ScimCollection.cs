using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Scim;

/// <summary>One real server for all the tests that need one.</summary>
public sealed class ScimFixture : IAsyncLifetime
{
    public ScimServer Server { get; private set; } = null!;

    internal IConnector Open(IReadOnlyDictionary<string, string>? more = null, string? match = null) => ScimSystem.Open(Server.Url, Server.Token, more, match);

    public async Task InitializeAsync() => Server = await ScimServer.StartAsync();

    public Task DisposeAsync()
    {
        Server.Dispose();
        return Task.CompletedTask;
    }
}

[CollectionDefinition(Name)]
public sealed class ScimServerTests : ICollectionFixture<ScimFixture>
{
    public const string Name = "SCIM server";
}
