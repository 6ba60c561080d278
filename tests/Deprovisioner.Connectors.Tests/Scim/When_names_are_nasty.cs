using System.Text.Json.Nodes;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Scim;

/// <summary>What stands in an HR event may be anything. It finds the account that bears exactly this name, or nobody.</summary>
public sealed class When_names_are_nasty : IAsyncLifetime
{
    private static readonly string[] Names =
    [
        "*)(uid=*",
        "'); DROP TABLE people;--",
        "x\",\"active\":true",
        "\" or userName pr or userName eq \"",
        "back\\slash\\\"",
        "line\nbreak\ttab",
        "100%25&filter=userName pr#?x=../..",
        "\u200Fada",
        "Zoë+ødegård@例え.test",
        new('a', 10_000),
        new('"', 10_000),
    ];

    private ScimServer server = null!;

    // A server of its own: the tests count everybody on it.
    public async Task InitializeAsync()
    {
        server = await ScimServer.StartAsync();
        foreach (var name in (string[])["ada", "x", "bob", "\\", new('a', 9_999)])
        {
            await server.AddUserAsync(name);
        }
    }

    public Task DisposeAsync()
    {
        server.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_nasty_name_that_nobody_bears_finds_nobody()
    {
        await using var connector = ScimSystem.Open(server.Url, server.Token);
        foreach (var name in Names)
        {
            Assert.Empty(await connector.FindAsync(name, default));
        }

        Assert.Empty(await connector.FindAsync("", default));
    }

    [Fact]
    public async Task A_nasty_name_finds_and_touches_only_its_bearer()
    {
        await using var connector = ScimSystem.Open(server.Url, server.Token);
        foreach (var name in Names)
        {
            await server.AddUserAsync(name, user => user["displayName"] = name);
        }

        var disabled = new HashSet<string>();
        foreach (var name in Names)
        {
            var found = Assert.Single(await connector.FindAsync(name, default));
            Assert.Equal(name, found.Name);
            await server.AddGroupAsync(name, found.Id);

            await connector.ActAsync(StepAction.DisableAccount, found.Id);
            await connector.ActAsync(StepAction.RemoveEntitlements, found.Id);

            disabled.Add(name);
            Assert.Equal(disabled, await InactiveAsync());
            Assert.Empty((await connector.ReadAsync(found.Id, default))!.Entitlements);
        }
    }

    private async Task<HashSet<string>> InactiveAsync()
    {
        var list = await server.GetAsync("Users?count=1000");
        return [.. list!["Resources"]!.AsArray().OfType<JsonObject>().Where(u => !u["active"]!.GetValue<bool>()).Select(u => u["userName"]!.GetValue<string>())];
    }
}
