using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Rest;

/// <summary>One real Directus for all tests that need one.</summary>
public sealed class DirectusFixture : IAsyncLifetime
{
    public DirectusServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await DirectusServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

[CollectionDefinition(nameof(DirectusFixture))]
public sealed class DirectusServerTests : ICollectionFixture<DirectusFixture>;

internal sealed class DirectusTarget(DirectusServer server) : ShippedTarget("directus", server.Url, DirectusServer.Token)
{
    public override string Canary => DirectusServer.Admin;

    protected override AccountMatch Match => new(null, "person.email");

    public override async Task<string> NewAccountAsync(StepAction action)
    {
        var name = NewName();
        await server.AddUserAsync(name);
        return DirectusServer.Address(name);
    }
}

[Collection(nameof(DirectusFixture))]
public sealed class DirectusConformanceTests(DirectusFixture directus) : ConnectorConformance
{
    internal override ConformanceTarget Target => new DirectusTarget(directus.Server);
}

[Collection(nameof(DirectusFixture))]
public sealed class DirectusSelectionTests(DirectusFixture directus) : SelectionConformance
{
    internal override ConformanceTarget Target => new DirectusTarget(directus.Server);
}

/// <summary>What Directus itself says of a user whose steps were done.</summary>
[Collection(nameof(DirectusFixture))]
public sealed class DirectusTests(DirectusFixture directus)
{
    private readonly DirectusServer server = directus.Server;

    [Fact]
    public Task Who_was_disabled_signs_in_no_more_and_again_once_restored() => OnALeaver(async (name, run) =>
    {
        Assert.Equal((true, true), (await server.SignsInAsync(name), await server.TakesTokenAsync(name)));

        var cut = await run(StepAction.DisableAccount, null);
        Assert.Equal((false, false), (await server.SignsInAsync(name), await server.TakesTokenAsync(name)));

        await run(StepAction.RestoreAccount, cut);
        Assert.Equal((true, true), (await server.SignsInAsync(name), await server.TakesTokenAsync(name)));
    });

    [Fact]
    public Task Role_and_policies_are_gone_and_come_back() => OnALeaver(async (name, run) =>
    {
        var before = (await server.UserAsync(name))!;
        Assert.NotNull(before["role"]);
        Assert.Single(before["policies"]!.AsArray());

        var cut = await run(StepAction.RemoveEntitlements, null);
        var stripped = (await server.UserAsync(name))!;
        Assert.Null(stripped["role"]);
        Assert.Empty(stripped["policies"]!.AsArray());

        await run(StepAction.RestoreAccount, cut);
        Assert.Equal(before.ToJsonString(), (await server.UserAsync(name))!.ToJsonString());
    });

    [Fact]
    public Task Neither_password_nor_token_works_once_credentials_are_revoked() => OnALeaver(async (name, run) =>
    {
        await run(StepAction.RevokeCredentials, null);

        var user = (await server.UserAsync(name))!;
        Assert.Equal(("active", null, null), (user["status"]!.GetValue<string>(), user["password"], user["token"]));
        Assert.Equal((false, false), (await server.SignsInAsync(name), await server.TakesTokenAsync(name)));
    });

    [Fact]
    public Task Who_was_deleted_is_not_there() => OnALeaver(async (name, run) =>
    {
        await run(StepAction.DeleteAccount, null);

        Assert.Null(await server.UserAsync(name));
        Assert.False(await server.SignsInAsync(name));
    });

    [Theory]
    [InlineData(StepAction.DisableAccount)]
    [InlineData(StepAction.RevokeCredentials)]
    [InlineData(StepAction.DeleteAccount)]
    public Task A_Studio_that_is_open_ends_at_once_and_an_access_token_only_in_its_time(StepAction action) => OnALeaver(async (name, run) =>
    {
        var (studio, token) = (await server.OpenStudioAsync(name), await server.AccessTokenAsync(name));
        Assert.Equal((true, true), (await server.LetsInAsync(studio), await server.LetsInAsync(token)));

        await run(action, null);

        Assert.Equal((false, true), (await server.LetsInAsync(studio), await server.LetsInAsync(token)));
    });

    [Fact]
    public async Task The_last_administrator_is_kept_and_why_is_said()
    {
        await using var target = new DirectusTarget(server);
        await using var host = new ConformanceHost(target.Kind, target.Settings);

        var report = await host.Run(target, StepAction.DisableAccount, DirectusServer.Admin);

        Assert.Equal((Outcome.Rejected, "http-422"), (report.Outcome, report.Code));
        Assert.Contains("last active administrator", report.Message, StringComparison.Ordinal);
    }

    /// <summary>Adds a user, and gives what runs a step for them that must change something. A colleague of theirs must not notice.</summary>
    private async Task OnALeaver(Func<string, Func<StepAction, StepReport?, Task<StepReport>>, Task> test)
    {
        await using var target = new DirectusTarget(server);
        await using var host = new ConformanceHost(target.Kind, target.Settings);
        var (name, colleague) = (DirectusTarget.NewName(), DirectusTarget.NewName());
        await server.AddUserAsync(name);
        await server.AddUserAsync(colleague);
        var before = (await server.UserAsync(colleague))!.ToJsonString();

        await test(name, async (action, cut) =>
        {
            var report = await host.Run(ConformanceHost.Command(target.Settings, action, DirectusServer.Address(name)) with { Snapshots = cut?.Snapshots ?? [] });
            Assert.Equal((Outcome.Changed, null), (report.Outcome, report.Code));
            return report;
        });

        Assert.Equal(before, (await server.UserAsync(colleague))!.ToJsonString());
        Assert.Equal((true, true), (await server.SignsInAsync(colleague), await server.TakesTokenAsync(colleague)));
    }
}
