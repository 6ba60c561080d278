using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Rest;

/// <summary>One real Keystone for all tests that need one.</summary>
public sealed class KeystoneFixture : IAsyncLifetime
{
    public KeystoneServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await KeystoneServer.StartAsync();

    public Task DisposeAsync()
    {
        Server.Dispose();
        return Task.CompletedTask;
    }
}

[CollectionDefinition(nameof(KeystoneFixture))]
public sealed class KeystoneServerTests : ICollectionFixture<KeystoneFixture>;

internal sealed class KeystoneTarget(KeystoneServer server) : ShippedTarget("keystone", server.Url, KeystoneServer.Password)
{
    public override string Canary => KeystoneServer.Admin;

    public override async Task<string> NewAccountAsync(StepAction action)
    {
        var name = NewName();
        var id = await server.AddUserAsync(name);
        if (action == StepAction.RevokeCredentials)
        {
            await server.AddKeyAsync(id);
        }

        return name;
    }

    protected override IReadOnlyDictionary<string, string> Values(string url, string secret)
        => new Dictionary<string, string> { ["url"] = url, ["user"] = KeystoneServer.Admin, ["password"] = secret };
}

[Collection(nameof(KeystoneFixture))]
public sealed class KeystoneConformanceTests(KeystoneFixture keystone) : ConnectorConformance
{
    internal override ConformanceTarget Target => new KeystoneTarget(keystone.Server);
}

[Collection(nameof(KeystoneFixture))]
public sealed class KeystoneSelectionTests(KeystoneFixture keystone) : SelectionConformance
{
    internal override ConformanceTarget Target => new KeystoneTarget(keystone.Server);
}

[Collection(nameof(KeystoneFixture))]
public sealed class KeystoneTests(KeystoneFixture keystone)
{
    [Fact]
    public async Task Who_was_disabled_signs_in_no_more_and_again_once_restored()
    {
        await using var target = new KeystoneTarget(keystone.Server);
        await using var host = new ConformanceHost(target.Kind, target.Settings);
        var name = await target.NewAccountAsync(StepAction.DisableAccount);
        Assert.True(await keystone.Server.SignsInAsync(name));

        var cut = await host.Run(target, StepAction.DisableAccount, name);
        Assert.False(await keystone.Server.SignsInAsync(name));

        await host.Run(ConformanceHost.Command(target.Settings, StepAction.RestoreAccount, name) with { Snapshots = cut.Snapshots });
        Assert.True(await keystone.Server.SignsInAsync(name));
    }

    [Fact]
    public async Task The_account_that_signs_in_for_us_is_never_touched()
    {
        await using var target = new KeystoneTarget(keystone.Server);
        await using var host = new ConformanceHost(target.Kind, target.Settings);

        var report = await host.Run(target, StepAction.DisableAccount, KeystoneServer.Admin);

        Assert.Equal((Outcome.Rejected, ProtectedEntries.AccountCode), (report.Outcome, report.Code));
        Assert.True(await keystone.Server.SignsInAsync(KeystoneServer.Admin, KeystoneServer.Password));
    }
}
