using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Rest;

public sealed class When_a_declared_system_is_used
{
    private const string Ada = """{"id": "7", "login": "ada", "mail": "ada@example.test", "state": "active"}""";

    [Fact]
    public async Task Who_is_found_has_the_value_that_was_asked_for()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small());
        server.Expect("GET /users?mail=ada%40example.test", body: $$"""[{{Ada}}, {"id": "8", "login": "bob", "mail": "bob@example.test"}]""");

        Assert.Equal([new AccountRef("7", "ada")], await connector.FindAsync("ada@example.test", default));

        server.Verify();
        Assert.Equal("Bearer token-of-the-test", server.Asked[0].Headers["Authorization"]);
    }

    [Fact]
    public async Task An_account_is_read_with_what_it_has()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small());
        server.Expect("GET /users/7", body: """{"id": 7, "login": "ada", "state": "BLOCKED"}""").Expect("GET /users/7/groups", body: """[{"id": 3, "title": "Sales"}]""");

        var state = (await connector.ReadAsync("7", default))!;

        Assert.Equal((new AccountRef("7", "ada"), false), (state.Account, state.Enabled));
        Assert.Equal([new Entitlement("group:3", "Sales")], state.Entitlements);
        Assert.Null(state.LiveSessions);
        server.Verify();
    }

    [Theory]
    [InlineData(404, null, true)]
    [InlineData(410, null, true)]
    [InlineData(200, """{"id": "8"}""", false)]
    [InlineData(200, "<html>Maintenance</html>", false)]
    [InlineData(200, "[]", false)]
    public async Task What_is_not_the_account_is_not_taken_for_it(int status, string? body, bool gone)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small());
        server.Expect("GET /users/7", status, body);

        if (gone)
        {
            Assert.Null(await connector.ReadAsync("7", default));
        }
        else
        {
            Assert.Equal((Outcome.Transient, "not-as-declared"), await CodeOf(() => connector.ReadAsync("7", default)));
        }
    }

    [Fact]
    public async Task A_membership_is_deleted_by_its_whole_path_and_the_group_and_the_user_by_none()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small());
        server.Expect("GET /users/7", body: Ada).Expect("GET /users/7/groups", body: """[{"id": "g 1"}, {"id": "g2"}]""")
            .Expect("DELETE /groups/g%201/members/7", 204).Expect("DELETE /groups/g2/members/7", 204);

        await connector.ActAsync(StepAction.RemoveEntitlements, Acting.Account("7", "group:g 1", "group:g2"));

        server.Verify();
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("%2f")]
    public async Task A_membership_whose_group_could_be_another_address_is_refused_and_the_others_go(string id)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small(("name: $.title", "id: $.key\n    name: $.title")));
        var groups = new JsonArray(new JsonObject { ["key"] = "bad", ["id"] = id }, new JsonObject { ["key"] = "good", ["id"] = "2" });
        server.Expect("GET /users/7", body: Ada).Expect("GET /users/7/groups", body: groups.ToJsonString()).Expect("DELETE /groups/2/members/7", 204);

        Assert.Equal((Outcome.Rejected, "unsafe-value"), await CodeOf(() => connector.ActAsync(StepAction.RemoveEntitlements, Acting.Account("7", "group:bad", "group:good"))));

        server.Verify();
    }

    [Fact]
    public async Task One_refusal_stops_no_other_removal()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small());
        server.Expect("GET /users/7", body: Ada).Expect("GET /users/7/groups", body: """[{"id": "1"}, {"id": "2"}]""")
            .Expect("DELETE /groups/1/members/7", 422, """{"message": "The last owner cannot leave."}""").Expect("DELETE /groups/2/members/7", 204);

        var fault = await Acting.FaultOf(() => connector.ActAsync(StepAction.RemoveEntitlements, Acting.Account("7", "group:1", "group:2")));

        Assert.Equal((Outcome.Rejected, "http-422", "The server answered 422: The last owner cannot leave."), (fault.Outcome, fault.Code, fault.Message));
        server.Verify();
    }

    [Fact]
    public async Task What_belongs_to_another_system_is_not_asked_for()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small(("name: $.title", "name: $.title\n    owners: {when: {at: $.synced, is: true}, says: the directory}")));
        server.Expect("GET /users/7", body: Ada).Expect("GET /users/7/groups", body: """[{"id": "1", "synced": true}, {"id": "2", "synced": false}]""")
            .Expect("GET /users/7", body: Ada).Expect("GET /users/7/groups", body: """[{"id": "1", "synced": true}, {"id": "2", "synced": false}]""").Expect("DELETE /groups/2/members/7", 204);

        var state = (await connector.ReadAsync("7", default))!;
        await connector.ActAsync(StepAction.RemoveEntitlements, state);

        Assert.Equal(["the directory", null], state.Entitlements.Select(e => e.Owner));
        server.Verify();
    }

    [Fact]
    public async Task What_is_written_as_a_whole_keeps_what_is_not_meant()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small((
            """
                list: {get: "/users/{id}/groups", items: "$[*]"}
                name: $.title
                remove: {delete: "/groups/{item.id}/members/{id}", target: membership}
                restore: {put: "/groups/{item.id}/members/{id}"}
            """,
            """
                at: $.roles[*]
                set: {patch: "/users/{id}", json: {roles: "{remaining}", note: "{name} keeps these"}}
            """)));
        const string WithRoles = """{"id": "7", "login": "ada", "roles": ["admin", "seller", "buyer"]}""";
        server.Expect("GET /users/7", body: WithRoles).Expect("PATCH /users/7", body: "{}");

        await connector.ActAsync(StepAction.RemoveEntitlements, Acting.Account("7", "group:admin"), only: new HashSet<string> { "group:admin" });

        server.Verify();
        Assert.Equal("""{"roles":["seller","buyer"],"note":"ada keeps these"}""", server.Asked[1].Body);
    }

    [Fact]
    public async Task What_a_restore_needs_is_kept_and_nothing_else()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small((
            """restore: {put: "/groups/{item.id}/members/{id}"}""", """restore: {put: "/groups/{item.id}/members/{id}", json: {level: "{item.level}"}}""")));
        server.Expect("GET /users/7", body: Ada).Expect("GET /users/7/groups", body: """[{"id": "1", "level": 30, "mail": "group@example.test"}]""");
        var had = (await connector.ReadAsync("7", default))!;
        const string Blocked = """{"id": "7", "login": "ada", "state": "blocked"}""";
        server.Expect("GET /users/7", body: Blocked).Expect("GET /users/7/groups", body: "[]").Expect("POST /users/7/unblock", 204).Expect("PUT /groups/1/members/7", 204);

        await connector.ActAsync(
            new ActRequest
            {
                Action = StepAction.RestoreAccount,
                Before = Acting.Account("7") with { Enabled = false },
                Facts = Acting.NoFacts,
                Snapshot = new AccountSnapshot("7", "ada", true, [.. had.Entitlements.Select(e => e.Id)], had.RestoreAttributes),
            },
            default);

        server.Verify();
        Assert.Equal("""{"id":"1","level":30}""", had.RestoreAttributes["group:1"]);
        Assert.Equal("""{"level":30}""", server.Asked[^1].Body);
    }

    [Fact]
    public async Task What_the_interface_cannot_give_back_is_said_once_the_rest_is_given_back()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small(("    restore: {put: \"/groups/{item.id}/members/{id}\"}", "")));
        server.Expect("GET /users/7", body: Ada).Expect("GET /users/7/groups", body: "[]").Expect("POST /users/7/unblock", 204);

        var fault = await Acting.FaultOf(() => connector.ActAsync(
            new ActRequest
            {
                Action = StepAction.RestoreAccount,
                Before = Acting.Account("7") with { Enabled = false },
                Facts = Acting.NoFacts,
                Snapshot = new AccountSnapshot("7", "ada", true, ["group:1"], new Dictionary<string, string>()) { Names = new Dictionary<string, string> { ["group:1"] = "Sales" } },
            },
            default));

        Assert.Equal((Outcome.Rejected, "not-restorable"), (fault.Outcome, fault.Code));
        Assert.EndsWith("Sales.", fault.Message, StringComparison.Ordinal);
        server.Verify();
    }

    [Fact]
    public async Task What_a_list_shows_of_others_is_not_taken_from_them()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small((
            "list: {get: \"/users/{id}/groups\", items: \"$[*]\"}", "list: {get: /assignments, query: {user: \"{id}\"}, items: \"$[*]\", where: {at: $.user, is: \"{id}\"}}")));
        const string Everybody = """[{"id": "1", "user": "8"}, {"id": "2", "user": "7"}]""";
        server.Expect("GET /users/7", body: Ada).Expect("GET /assignments?user=7", body: Everybody).Expect("DELETE /groups/2/members/7", 204);

        await connector.ActAsync(StepAction.RemoveEntitlements, Acting.Account("7", "group:1", "group:2"));

        server.Verify();
    }

    [Fact]
    public async Task Who_takes_over_is_found_first_and_is_never_the_leaver()
    {
        var yaml = Declared.Small(("actions:", """
            owned: {file: {list: {get: "/users/{id}/files", items: "$[*]"}}}
            actions:
              transfer-data: {post: "/users/{id}/transfer", json: {to: "{to.id}", mail: "{to.value}"}}
            """));
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(yaml, settings: ("transferTo", "person.manager.email"));
        var manager = new Dictionary<string, string> { ["person.manager.email"] = "bob@example.test" };
        server.Expect("GET /users/7", body: Ada).Expect("GET /users?mail=bob%40example.test", body: """[{"id": "8", "login": "bob", "mail": "bob@example.test"}]""")
            .Expect("GET /users/7/files", body: "[]").Expect("POST /users/7/transfer", 204)
            .Expect("GET /users/7", body: Ada).Expect("GET /users?mail=ada%40example.test", body: $"[{Ada}]")
            .Expect("GET /users/7", body: Ada).Expect("GET /users?mail=gone%40example.test", body: "[]")
            .Expect("GET /users/7", body: Ada);

        await connector.ActAsync(StepAction.TransferData, Acting.Account("7"), manager);
        foreach (var facts in new[] { new Dictionary<string, string> { ["person.manager.email"] = "ada@example.test" }, new() { ["person.manager.email"] = "gone@example.test" }, [] })
        {
            Assert.Equal((Outcome.Rejected, "no-receiver"), await CodeOf(() => connector.ActAsync(StepAction.TransferData, Acting.Account("7"), facts)));
        }

        server.Verify();
        Assert.Equal("""{"to":"8","mail":"bob@example.test"}""", server.Asked[3].Body);
    }

    [Fact]
    public async Task A_step_is_sent_only_where_it_is_needed()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small((
            "delete-account: {delete: \"/users/{id}\", target: account}",
            "delete-account:\n    - {post: \"/users/{id}/deactivate\", when: {at: $.state, isNot: blocked}}\n    - {delete: \"/users/{id}\", target: account}")));
        server.Expect("GET /users/7", body: Ada).Expect("POST /users/7/deactivate", 204).Expect("DELETE /users/7", 204)
            .Expect("GET /users/7", body: """{"id": "7", "login": "ada", "state": "blocked"}""").Expect("DELETE /users/7", 404);

        await connector.ActAsync(StepAction.DeleteAccount, Acting.Account("7"));
        await connector.ActAsync(StepAction.DeleteAccount, Acting.Account("7"));

        server.Verify();
    }

    private static async Task<(Outcome, string)> CodeOf(Func<Task> act) => await Acting.FaultOf(act) is var fault ? (fault.Outcome, fault.Code) : default;
}
