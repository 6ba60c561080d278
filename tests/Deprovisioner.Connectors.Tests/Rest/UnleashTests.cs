using Deprovisioner.Connectors.Conforming;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Rest;

/// <summary>One real Unleash for all tests that need one.</summary>
public sealed class UnleashFixture : IAsyncLifetime
{
    public UnleashServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await UnleashServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

[CollectionDefinition(nameof(UnleashFixture))]
public sealed class UnleashServerTests : ICollectionFixture<UnleashFixture>;

internal sealed class UnleashTarget(UnleashServer server) : ShippedTarget("unleash", server.Url, UnleashServer.Token)
{
    public override string Canary => UnleashServer.Admin;

    protected override AccountMatch Match => new("username", "person.userName");

    public override async Task<string> NewAccountAsync(StepAction action)
    {
        var name = NewName();
        await server.AddUserAsync(name);
        return name;
    }
}

/// <summary>Everybody has one root role and no more, so there is nothing to select from.</summary>
[Collection(nameof(UnleashFixture))]
public sealed class UnleashConformanceTests(UnleashFixture unleash) : ConnectorConformance
{
    internal override ConformanceTarget Target => new UnleashTarget(unleash.Server);
}

/// <summary>What Unleash itself says of a user whose steps were done.</summary>
[Collection(nameof(UnleashFixture))]
public sealed class UnleashTests(UnleashFixture unleash)
{
    private readonly UnleashServer server = unleash.Server;

    [Fact]
    public Task Who_was_stripped_is_a_viewer_who_still_signs_in_and_an_editor_again_once_restored() => OnALeaver(async (name, run) =>
    {
        var cut = await run(StepAction.RemoveEntitlements, null);
        Assert.Equal(UnleashServer.Viewer, await server.RootRoleAsync(name));
        Assert.True(await server.SignsInAsync(name));

        await run(StepAction.RestoreAccount, cut);
        Assert.Equal(UnleashServer.Editor, await server.RootRoleAsync(name));
    });

    [Fact]
    public Task Who_was_deleted_is_not_there_and_signs_in_no_more() => OnALeaver(async (name, run) =>
    {
        Assert.True(await server.SignsInAsync(name));

        await run(StepAction.DeleteAccount, null);

        Assert.Null(await server.RootRoleAsync(name));
        Assert.False(await server.SignsInAsync(name));
    });

    [Fact]
    public async Task A_user_is_found_by_address_whatever_its_case_and_by_no_part_of_it()
    {
        await using var target = new UnleashTarget(server);
        var name = UnleashTarget.NewName();
        var id = await server.AddUserAsync(name, email: $"{name}@example.com");
        await using var connector = target.Kind.Open(target.Settings with { Match = new AccountMatch("email", "person.email") }, new PlainSecrets(), TimeProvider.System);

        var found = Assert.Single(await connector.FindAsync($"{name.ToUpperInvariant()}@Example.com", default));

        Assert.Equal((id.ToString(), $"{name}@example.com"), (found.Id, found.Name));
        Assert.Empty(await connector.FindAsync($"{name}@example", default));
        Assert.Empty(await connector.FindAsync(name, default));
    }

    [Fact]
    public async Task The_kit_for_anybody_passes_where_nobody_can_be_disabled_and_puts_the_role_back()
    {
        await using var target = new UnleashTarget(server);
        var name = UnleashTarget.NewName();
        await server.AddUserAsync(name);
        var findings = new List<ConformanceFinding>();

        await foreach (var finding in ConformanceKit.For(target.Kind, target.Settings with { Canary = target.Canary }, new PlainSecrets(), TimeProvider.System, name, target.Facts).RunAsync([], default))
        {
            findings.Add(finding);
        }

        Assert.All(findings, finding => Assert.Null(finding.Fault));
        Assert.Contains(findings, finding => finding.Action == StepAction.RemoveEntitlements);
        Assert.Equal(UnleashServer.Editor, await server.RootRoleAsync(name));
    }

    /// <summary>Adds a user, and gives what runs a step for them that must change something. A colleague of theirs must not notice.</summary>
    private async Task OnALeaver(Func<string, Func<StepAction, StepReport?, Task<StepReport>>, Task> test)
    {
        await using var target = new UnleashTarget(server);
        await using var host = new ConformanceHost(target.Kind, target.Settings);
        var (name, colleague) = (UnleashTarget.NewName(), UnleashTarget.NewName());
        await server.AddUserAsync(name);
        await server.AddUserAsync(colleague);

        await test(name, async (action, cut) =>
        {
            var report = await host.Run(ConformanceHost.Command(target.Settings, action, name) with { Snapshots = cut?.Snapshots ?? [] });
            Assert.Equal((Outcome.Changed, null), (report.Outcome, report.Code));
            return report;
        });

        Assert.Equal((UnleashServer.Editor, true), (await server.RootRoleAsync(colleague), await server.SignsInAsync(colleague)));
    }
}
