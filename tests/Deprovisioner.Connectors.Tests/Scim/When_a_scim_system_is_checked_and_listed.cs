using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Scim;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Scim;

[Collection(ScimServerTests.Name)]
public sealed class When_a_scim_system_is_checked_and_listed(ScimFixture scim)
{
    [Fact]
    public void The_kind_says_what_it_can_do_and_claims_nothing_it_cannot_prove()
    {
        var description = new ScimKind().Description;
        Assert.Equal(
            [StepAction.DisableAccount, StepAction.RemoveEntitlements, StepAction.DeleteAccount, StepAction.RestoreAccount],
            description.Actions.Order());
        Assert.All(description.Settings, s => Assert.Equal(s.Kind == SettingKind.Choice, s.Allowed is not null));
        Assert.Equal(["password", "token"], description.Settings.Where(s => s.Kind == SettingKind.Secret).Select(s => s.Key).Order());
    }

    [Fact]
    public async Task A_healthy_system_passes_every_check()
    {
        await using var connector = scim.Open();
        var check = await connector.CheckAsync(default);
        Assert.True(check.Reachable);
        Assert.All(check.Findings, finding => Assert.True(finding.Ok, finding.Subject));
        Assert.Equal(6, check.Findings.Count);
    }

    [Fact]
    public async Task A_wrong_token_is_said_to_be_wrong()
    {
        await using var connector = ScimSystem.Open(scim.Server.Url, "another");
        var check = await connector.CheckAsync(default);
        Assert.True(check.Reachable);
        Assert.Contains(check.Findings, f => f is { Subject: "credential accepted", Ok: false, Remedy: not null });
        Assert.Equal(Outcome.Unauthorized, (await ScimSystem.FaultOf(() => connector.FindAsync("ada", default))).Outcome);
    }

    [Fact]
    public async Task A_wrong_address_is_said_to_be_wrong()
    {
        await using var connector = ScimSystem.Open(scim.Server.Url.Replace("/scim/v2", "/nowhere", StringComparison.Ordinal), scim.Server.Token);
        Assert.Contains((await connector.CheckAsync(default)).Findings, f => f is { Subject: "users readable", Ok: false });
    }

    [Fact]
    public async Task What_a_server_cannot_do_is_found_before_a_leaver_needs_it()
    {
        await ScriptedScim.PlayAsync(async (script, connector) =>
        {
            script.Expect("GET", "/Users?startIndex=1&count=1").Reply(200, ScriptedScim.List(ScriptedScim.User("7", "ada")));
            script.ExpectPrefix("GET", "/Users?filter=userName eq \"nobody-").Reply(200, ScriptedScim.List(ScriptedScim.User("7", "ada")));
            script.Expect("GET", "/Groups?startIndex=1&count=1").Reply(403);
            script.Expect("GET", "/ServiceProviderConfig").Reply(200, new JsonObject { ["patch"] = new JsonObject { ["supported"] = false } });
            var check = await connector.CheckAsync(default);
            Assert.Equal(["users can be searched by userName", "groups readable", "PATCH supported"], check.Findings.Where(f => !f.Ok).Select(f => f.Subject));
        });
    }

    [Fact]
    public async Task A_list_shows_everybody_once_page_by_page()
    {
        using var server = await ScimServer.StartAsync();
        for (var n = 0; n < 205; n++)
        {
            await server.AddUserAsync($"user{n}", user => user["active"] = n % 2 == 0);
        }

        await using var connector = ScimSystem.Open(server.Url, server.Token);
        var all = new List<ListedAccount>();
        var sizes = new List<int>();
        string? cursor = null;
        do
        {
            var page = await connector.ListAsync(cursor, default);
            all.AddRange(page.Accounts);
            sizes.Add(page.Accounts.Count);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal([100, 100, 5], sizes);
        Assert.Equal(Enumerable.Range(0, 205).Select(n => ($"user{n}", n % 2 == 0)), all.Select(a => (a.MatchValue!, a.Enabled)));
        Assert.Equal(205, all.Select(a => a.Account.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_server_that_shows_all_at_once_is_listed_once_and_one_that_repeats_itself_is_not_believed()
    {
        await ScriptedScim.PlayAsync(async (script, connector) =>
        {
            var all = Enumerable.Range(1, 150).Select(n => ScriptedScim.User($"{n}", $"u{n}")).ToArray();
            script.Expect("GET", "/Users?startIndex=1&count=100").Reply(200, ScriptedScim.List(all));
            script.Expect("GET", "/Users?startIndex=151&count=100").Reply(200, ScriptedScim.List(all));
            var first = await connector.ListAsync(null, default);
            Assert.Equal(150, first.Accounts.Count);
            var second = await connector.ListAsync(first.NextCursor, default);
            Assert.Empty(second.Accounts);
            Assert.Null(second.NextCursor);

            var part = ScriptedScim.List(all[..100]);
            part["totalResults"] = 150;
            script.Expect("GET", "/Users?startIndex=1&count=100").Reply(200, part);
            script.Expect("GET", "/Users?startIndex=101&count=100").Reply(200, part);
            var page = await connector.ListAsync(null, default);
            Assert.Equal("paging-ignored", (await ScimSystem.FaultOf(() => connector.ListAsync(page.NextCursor, default))).Code);
        });
    }
}
