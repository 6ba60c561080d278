using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Scim;

/// <summary>Each action against a server that somebody else wrote; what came of it is asked with a client of the test's own.</summary>
[Collection(ScimServerTests.Name)]
public sealed class When_a_leaver_has_a_scim_account(ScimFixture scim)
{
    private readonly ScimServer server = scim.Server;

    public static TheoryData<StepAction> Actions => [StepAction.DisableAccount, StepAction.RemoveEntitlements, StepAction.DeleteAccount];

    [Fact]
    public async Task Disabling_turns_active_off_and_nothing_else()
    {
        await using var connector = scim.Open();
        var id = await AddAsync("ada.off");
        var other = await AddAsync("bob.on");

        await connector.ActAsync(StepAction.DisableAccount, id);

        var user = await server.GetAsync($"Users/{id}");
        Assert.False(user!["active"]!.GetValue<bool>());
        Assert.Equal("ada.off", user["userName"]!.GetValue<string>());
        Assert.Equal("admin", user["roles"]![0]!["value"]!.GetValue<string>());
        Assert.True((await server.GetAsync($"Users/{other}"))!["active"]!.GetValue<bool>());
        Assert.False((await connector.ReadAsync(id, default))!.Enabled);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("attribute")]
    [InlineData("search")]
    public async Task Removing_entitlements_leaves_all_groups_and_roles_and_takes_nobody_else_out(string groupsFrom)
    {
        await using var connector = scim.Open(new Dictionary<string, string> { ["groupsFrom"] = groupsFrom });
        var id = await AddAsync($"ada.groups.{groupsFrom}");
        var other = await AddAsync($"bob.groups.{groupsFrom}");
        var shared = await server.AddGroupAsync("Shared", id, other);
        var alone = await server.AddGroupAsync("Alone", id);
        var foreign = await server.AddGroupAsync("Foreign", other);

        await connector.ActAsync(StepAction.RemoveEntitlements, id);

        var state = await connector.ReadAsync(id, default);
        Assert.Empty(state!.Entitlements);
        Assert.True(state.Enabled);
        var user = await server.GetAsync($"Users/{id}");
        Assert.Empty(user!["groups"]!.AsArray());
        Assert.Null(user["roles"]);
        Assert.Null(user["entitlements"]);
        Assert.Equal([other], await MembersAsync(shared));
        Assert.Empty(await MembersAsync(alone));
        Assert.Equal([other], await MembersAsync(foreign));
    }

    [Theory]
    [InlineData("put")]
    [InlineData("patch")]
    public async Task Whole_resources_and_changes_come_to_the_same(string patch)
    {
        await using var connector = scim.Open(new Dictionary<string, string> { ["patch"] = patch });
        var id = await AddAsync($"ada.{patch}", user => user["displayName"] = "Ada");
        var other = await AddAsync($"bob.{patch}");
        var group = await server.AddGroupAsync($"By {patch}", id, other);
        var snapshot = (await connector.ReadAsync(id, default))!.Snapshot();

        await connector.ActAsync(StepAction.DisableAccount, id);
        await connector.ActAsync(StepAction.RemoveEntitlements, id);

        var user = await server.GetAsync($"Users/{id}");
        Assert.False(user!["active"]!.GetValue<bool>());
        Assert.Null(user["roles"]);
        Assert.Equal("Ada", user["displayName"]!.GetValue<string>());
        Assert.Equal([other], await MembersAsync(group));

        await connector.ActAsync(StepAction.RestoreAccount, id, snapshot);
        Assert.True(AccountGoals.Reached(StepAction.RestoreAccount, await connector.ReadAsync(id, default), snapshot));
        Assert.Equal([other, id], await MembersAsync(group));
    }

    [Fact]
    public async Task Members_are_taken_out_by_value_where_that_is_asked_for()
    {
        await using var connector = scim.Open(new Dictionary<string, string> { ["memberRemoval"] = "value" });
        var id = await AddAsync("ada.value");
        var other = await AddAsync("bob.value");
        var group = await server.AddGroupAsync("By value", id, other);

        await connector.ActAsync(StepAction.RemoveEntitlements, id);

        Assert.Equal([other], await MembersAsync(group));
    }

    [Fact]
    public async Task Deleting_removes_the_account_and_only_it()
    {
        await using var connector = scim.Open();
        var id = await AddAsync("ada.delete");
        var other = await AddAsync("bob.delete");

        await connector.ActAsync(StepAction.DeleteAccount, id);

        Assert.Null(await server.GetAsync($"Users/{id}"));
        Assert.Null(await connector.ReadAsync(id, default));
        Assert.Empty(await connector.FindAsync("ada.delete", default));
        Assert.NotNull(await server.GetAsync($"Users/{other}"));
    }

    [Fact]
    public async Task A_restore_gives_back_exactly_what_the_snapshot_has()
    {
        await using var connector = scim.Open();
        var id = await AddAsync("ada.back");
        var group = await server.AddGroupAsync("Back", id);
        var snapshot = (await connector.ReadAsync(id, default))!.Snapshot();
        await connector.ActAsync(StepAction.DisableAccount, id);
        await connector.ActAsync(StepAction.RemoveEntitlements, id);
        await server.AddGroupAsync("New", id);

        await connector.ActAsync(StepAction.RestoreAccount, id, snapshot);

        var user = await server.GetAsync($"Users/{id}");
        Assert.True(user!["active"]!.GetValue<bool>());
        Assert.Equal("""[{"value":"admin","display":"Administrator","primary":true}]""", user["roles"]!.ToJsonString());
        Assert.Equal([id], await MembersAsync(group));
        Assert.Equal(2, user["groups"]!.AsArray().Count);
    }

    [Fact]
    public async Task An_account_that_was_disabled_before_stays_so_after_a_restore()
    {
        await using var connector = scim.Open();
        var id = await AddAsync("ada.was-off", user => user["active"] = false);
        var snapshot = (await connector.ReadAsync(id, default))!.Snapshot();

        await connector.ActAsync(StepAction.RestoreAccount, id, snapshot);

        Assert.False((await server.GetAsync($"Users/{id}"))!["active"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_restore_into_a_group_that_is_gone_says_so_and_does_the_rest()
    {
        await using var connector = scim.Open();
        var id = await AddAsync("ada.gone-group");
        var group = await server.AddGroupAsync("Stays");
        var snapshot = (await connector.ReadAsync(id, default))!.Snapshot() with { Entitlements = ["group:no-such-group", $"group:{group}"] };

        var fault = await ScimSystem.FaultOf(() => connector.ActAsync(StepAction.RestoreAccount, id, snapshot));

        Assert.Equal((Outcome.Rejected, "group-gone"), (fault.Outcome, fault.Code));
        Assert.Equal([id], await MembersAsync(group));
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task Doing_it_twice_is_doing_it_once(StepAction action)
    {
        await using var connector = scim.Open();
        var id = await AddAsync($"ada.twice.{action}");
        await server.AddGroupAsync("Twice", id);
        var request = new ActRequest { Action = action, Before = (await connector.ReadAsync(id, default))!, Facts = ScimSystem.NoFacts };

        await connector.ActAsync(request, default);
        var once = (await server.GetAsync($"Users/{id}"))?.ToJsonString();
        Assert.True(AccountGoals.Reached(action, await connector.ReadAsync(id, default)));

        // With the state as it was before the first time: what happens when the first answer was lost.
        await connector.ActAsync(request, default);
        Assert.True(AccountGoals.Reached(action, await connector.ReadAsync(id, default)));
        Assert.Equal(WithoutTimes(once), WithoutTimes((await server.GetAsync($"Users/{id}"))?.ToJsonString()));
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task An_account_that_is_gone_is_no_error(StepAction action)
    {
        await using var connector = scim.Open();
        var id = await AddAsync($"ada.gone.{action}");
        var before = (await connector.ReadAsync(id, default))!;
        (await server.Http.DeleteAsync(new Uri($"Users/{id}", UriKind.Relative))).EnsureSuccessStatusCode();

        await connector.ActAsync(new ActRequest { Action = action, Before = before, Facts = ScimSystem.NoFacts }, default);

        Assert.Null(await connector.ReadAsync(id, default));
    }

    private static string? WithoutTimes(string? json)
    {
        var user = json is null ? null : JsonNode.Parse(json)!.AsObject();
        user?.Remove("meta");
        return user?.ToJsonString();
    }

    private Task<string> AddAsync(string userName, Action<JsonObject>? more = null)
        => server.AddUserAsync(userName, user =>
        {
            user["roles"] = JsonNode.Parse("""[{"value":"admin","display":"Administrator","primary":true}]""");
            user["entitlements"] = JsonNode.Parse("""[{"value":"seat"}]""");
            more?.Invoke(user);
        });

    private async Task<IReadOnlyList<string>> MembersAsync(string groupId)
        => [.. ((await server.GetAsync($"Groups/{groupId}"))!["members"]?.AsArray() ?? []).Select(m => m!["value"]!.GetValue<string>())];
}
