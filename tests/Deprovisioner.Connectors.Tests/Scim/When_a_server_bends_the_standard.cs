using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Scim;

/// <summary>The ways in which servers want one and the same thing, and how far the connector follows each.</summary>
public sealed class When_a_server_bends_the_standard
{
    private const string Path = """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":false}]}""";
    private const string Object = """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":false}}]}""";
    private const string CapitalText = """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"active","value":"False"}]}""";

    private static readonly Dictionary<string, string> NoGroups = new() { ["groupsFrom"] = "none" };

    [Fact]
    public async Task An_answer_that_shows_the_new_state_needs_no_further_request()
    {
        await PlayAsync(async (script, connector) =>
        {
            Asked(script);
            script.Expect("PATCH", "/Users/7").Reply(200, ScriptedScim.User("7", "ada", active: false));
            await connector.ActAsync(StepAction.DisableAccount, "7");
            Assert.Equal([Path], Patches(script));
            Assert.All(script.Requests.Where(r => r.Method == "PATCH"), r => Assert.Equal("application/scim+json", r.Headers["Content-Type"]));
        });
    }

    [Fact]
    public async Task A_server_that_refuses_paths_gets_an_object_and_from_then_on_at_once()
    {
        await PlayAsync(async (script, connector) =>
        {
            Asked(script);
            script.Expect("PATCH", "/Users/7").Reply(400, new JsonObject { ["scimType"] = "invalidPath" });
            script.Expect("PATCH", "/Users/7").Reply(200, ScriptedScim.User("7", "ada", active: false));
            await connector.ActAsync(StepAction.DisableAccount, "7");

            script.Expect("GET", "/Users/8").Reply(200, ScriptedScim.User("8", "bob"));
            script.Expect("PATCH", "/Users/8").Reply(200, ScriptedScim.User("8", "bob", active: false));
            await connector.ActAsync(StepAction.DisableAccount, "8");
            Assert.Equal([Path, Object, Object], Patches(script));
        });
    }

    [Fact]
    public async Task A_server_that_wants_truth_as_text_gets_it_only_after_refusing_truth()
    {
        await PlayAsync(async (script, connector) =>
        {
            Asked(script);
            script.Expect("PATCH", "/Users/7").Reply(400);
            script.Expect("PATCH", "/Users/7").Reply(422);
            var off = ScriptedScim.User("7", "ada");
            off["active"] = "False";
            script.Expect("PATCH", "/Users/7").Reply(200, off);
            await connector.ActAsync(StepAction.DisableAccount, "7");
            Assert.Equal([Path, Object, CapitalText], Patches(script));

            script.Expect("GET", "/Users/7").Reply(200, off);
            Assert.False((await connector.ReadAsync("7", default))!.Enabled);
        });
    }

    [Fact]
    public async Task A_server_that_takes_it_and_does_nothing_gets_the_twin_and_neither_text_nor_a_whole_resource()
    {
        await PlayAsync(async (script, connector) =>
        {
            Asked(script);
            script.Expect("PATCH", "/Users/7").Reply(200, ScriptedScim.User("7", "ada"));
            script.Expect("PATCH", "/Users/7");
            script.Expect("GET", "/Users/7").Reply(200, ScriptedScim.User("7", "ada"));
            await connector.ActAsync(StepAction.DisableAccount, "7");
            Assert.Equal([Path, Object], Patches(script));
        });
    }

    [Fact]
    public async Task A_slow_replica_that_refuses_the_twin_is_left_to_catch_up()
    {
        await PlayAsync(async (script, connector) =>
        {
            Asked(script);
            script.Expect("PATCH", "/Users/7");
            script.Expect("GET", "/Users/7").Reply(200, ScriptedScim.User("7", "ada"));
            script.Expect("PATCH", "/Users/7").Reply(400);
            await connector.ActAsync(StepAction.DisableAccount, "7");
        });
    }

    [Theory]
    [InlineData(501)]
    [InlineData(405)]
    public async Task Without_PATCH_the_whole_resource_is_written_as_it_was_read(int status)
    {
        await PlayAsync(async (script, connector) =>
        {
            var user = JsonNode.Parse(
                """{"schemas":["urn:x"],"id":"7","meta":{"version":"old"},"userName":"ada","Active":true,"groups":[{"value":"g"}],"urn:ext":{"a":[1,2]}}""")!.AsObject();
            script.Expect("GET", "/Users/7").Reply(200, user);
            script.Expect("GET", "/ServiceProviderConfig").Reply(404);
            script.Expect("PATCH", "/Users/7").Reply(status);
            script.Expect("GET", "/Users/7").Reply(200, user, ("ETag", "W/\"3\""));
            script.Expect("PUT", "/Users/7");
            await connector.ActAsync(StepAction.DisableAccount, "7");

            Assert.Equal("""{"schemas":["urn:x"],"id":"7","userName":"ada","Active":false,"urn:ext":{"a":[1,2]}}""", script.Requests[^1].Body);
            Assert.Equal("W/\"3\"", script.Requests[^1].Headers["If-Match"]);
        });
    }

    [Fact]
    public async Task A_server_that_says_it_has_no_PATCH_is_not_asked_for_one()
    {
        await PlayAsync(async (script, connector) =>
        {
            var user = ScriptedScim.User("7", "ada");
            user["active"] = "true";
            user["meta"] = new JsonObject { ["version"] = "v7" };
            script.Expect("GET", "/Users/7").Reply(200, user);
            script.Expect("GET", "/ServiceProviderConfig").Reply(200, new JsonObject { ["patch"] = new JsonObject { ["supported"] = false } });
            script.Expect("GET", "/Users/7").Reply(200, user);
            script.Expect("PUT", "/Users/7");
            await connector.ActAsync(StepAction.DisableAccount, "7");

            Assert.Equal("""{"id":"7","userName":"ada","active":"False"}""", script.Requests[^1].Body);
            Assert.Equal("v7", script.Requests[^1].Headers["If-Match"]);
        });
    }

    [Fact]
    public async Task A_resource_that_others_changed_meanwhile_is_read_again_at_the_next_attempt()
    {
        await PlayAsync(
            async (script, connector) =>
            {
                script.Expect("GET", "/Users/7").Reply(200, ScriptedScim.User("7", "ada"));
                script.Expect("GET", "/Users/7").Reply(200, ScriptedScim.User("7", "ada"), ("ETag", "\"3\""));
                script.Expect("PUT", "/Users/7").Reply(412);
                var fault = await ScimSystem.FaultOf(() => connector.ActAsync(StepAction.DisableAccount, "7"));
                Assert.Equal((Outcome.Transient, "http-412"), (fault.Outcome, fault.Code));
            },
            new Dictionary<string, string> { ["groupsFrom"] = "none", ["patch"] = "put" });
    }

    [Fact]
    public async Task Where_PUT_is_not_wanted_the_refusal_stands()
    {
        await PlayAsync(
            async (script, connector) =>
            {
                script.Expect("GET", "/Users/7").Reply(200, ScriptedScim.User("7", "ada"));
                script.Expect("PATCH", "/Users/7").Reply(501);
                Assert.Equal("http-501", (await ScimSystem.FaultOf(() => connector.ActAsync(StepAction.DisableAccount, "7"))).Code);
            },
            new Dictionary<string, string> { ["groupsFrom"] = "none", ["patch"] = "patch" });
    }

    [Fact]
    public async Task A_group_whose_member_cannot_be_taken_out_is_never_emptied_nor_rewritten_and_the_next_one_is_left()
    {
        await PlayAsync(
            async (script, connector) =>
            {
                var user = ScriptedScim.User("7", "ada");
                user["groups"] = JsonNode.Parse("""[{"value":"g1","display":"One"},{"value":"g2","display":"Two"},{"value":"g3","type":"indirect"}]""");
                script.Expect("GET", "/Users/7").Reply(200, user);
                script.Expect("GET", "/ServiceProviderConfig").Reply(404);
                script.Expect("PATCH", "/Groups/g1").Reply(400, new JsonObject { ["scimType"] = "invalidPath" });
                script.Expect("PATCH", "/Groups/g2");
                Assert.Equal("http-400", (await ScimSystem.FaultOf(() => connector.ActAsync(StepAction.RemoveEntitlements, "7"))).Code);
                Assert.All(Patches(script), body => Assert.Contains("""{"op":"remove","path":"members[value eq \u00227\u0022]"}""", body, StringComparison.Ordinal));
            },
            []);
    }

    [Fact]
    public async Task Without_PATCH_a_group_is_written_with_all_its_other_members()
    {
        await PlayAsync(
            async (script, connector) =>
            {
                var user = ScriptedScim.User("7", "ada");
                user["groups"] = JsonNode.Parse("""[{"value":"g1"},{"value":"g2"}]""");
                script.Expect("GET", "/Users/7").Reply(200, user);
                script.Expect("GET", "/ServiceProviderConfig").Reply(404);
                script.Expect("PATCH", "/Groups/g1").Reply(501);
                script.Expect("GET", "/Groups/g1").Reply(200, JsonNode.Parse("""{"id":"g1","displayName":"One","members":[{"value":"7"},{"value":"8","type":"User"}]}""")!.AsObject(), ("ETag", "\"1\""));
                script.Expect("PUT", "/Groups/g1");
                script.Expect("PATCH", "/Groups/g2").Reply(501);

                // Members are not shown: a PUT would take all of them out.
                script.Expect("GET", "/Groups/g2").Reply(200, new JsonObject { ["id"] = "g2", ["displayName"] = "Two" });
                await connector.ActAsync(StepAction.RemoveEntitlements, "7");

                var put = Assert.Single(script.Requests, r => r.Method == "PUT");
                Assert.Equal("""{"id":"g1","displayName":"One","members":[{"value":"8","type":"User"}]}""", put.Body);
                Assert.Equal("\"1\"", put.Headers["If-Match"]);
            },
            []);
    }

    [Fact]
    public async Task A_group_reached_through_another_belongs_to_that_one()
    {
        await PlayAsync(
            async (script, connector) =>
            {
                var user = ScriptedScim.User("7", "ada");
                user["groups"] = JsonNode.Parse("""[{"value":"g3","type":"indirect"}]""");
                script.Expect("GET", "/Users/7").Reply(200, user);
                var state = await connector.ReadAsync("7", default);
                Assert.NotNull(Assert.Single(state!.Entitlements).Owner);
                Assert.True(AccountGoals.Reached(StepAction.RemoveEntitlements, state));

                // Nor does a restore make the user a direct member.
                await connector.ActAsync(new ActRequest { Action = StepAction.RestoreAccount, Before = state with { Entitlements = [] }, Facts = ScimSystem.NoFacts, Snapshot = state.Snapshot() }, default);
            },
            []);
    }

    [Fact]
    public async Task A_group_search_that_the_server_ignores_gives_only_groups_with_the_user_in_them()
    {
        await PlayAsync(
            async (script, connector) =>
            {
                script.Expect("GET", "/Users/7a").Reply(200, ScriptedScim.User("7a", "ada"));
                script.Expect("GET", "/Groups?filter=members.value eq \"7a\"&startIndex=1&count=100").Reply(200, ScriptedScim.List(
                    Group("g1", "8"), Group("g2", "8", "7a"), Group("g3", "7A"), Group("g4")));
                Assert.Equal(["group:g2"], (await connector.ReadAsync("7a", default))!.Entitlements.Select(e => e.Id));
            },
            []);
    }

    [Fact]
    public async Task Groups_that_cannot_be_searched_by_member_are_all_looked_through()
    {
        await PlayAsync(
            async (script, connector) =>
            {
                script.Expect("GET", "/Users/7").Reply(200, ScriptedScim.User("7", "ada"));
                script.Expect("GET", "/Groups?filter=members.value eq \"7\"&startIndex=1&count=100").Reply(400, new JsonObject { ["scimType"] = "invalidFilter" });
                script.Expect("GET", "/Groups?startIndex=1&count=100").Reply(200, ScriptedScim.List(Group("g1", "8"), Group("g2", "7")));
                Assert.Equal(["group:g2"], (await connector.ReadAsync("7", default))!.Entitlements.Select(e => e.Id));
            },
            []);
    }

    [Fact]
    public async Task A_service_without_groups_has_none()
    {
        await PlayAsync(
            async (script, connector) =>
            {
                script.Expect("GET", "/Users/7").Reply(200, ScriptedScim.User("7", "ada"));
                script.Expect("GET", "/Groups?filter=members.value eq \"7\"&startIndex=1&count=100").Reply(404);
                Assert.Empty((await connector.ReadAsync("7", default))!.Entitlements);
            },
            []);
    }

    [Fact]
    public async Task An_account_whose_state_is_not_shown_counts_as_enabled()
    {
        await PlayAsync(async (script, connector) =>
        {
            script.Expect("GET", "/Users/7").Reply(200, new JsonObject { ["id"] = "7" });
            var state = await connector.ReadAsync("7", default);
            Assert.True(state!.Enabled);
            Assert.Equal("not shown", state.Details["active"]);
        });
    }

    [Fact]
    public async Task A_server_that_shows_somebody_else_is_not_believed()
    {
        await PlayAsync(async (script, connector) =>
        {
            script.Expect("GET", "/Users/7").Reply(200, ScriptedScim.User("8", "bob"));
            Assert.Equal("not-scim", (await ScimSystem.FaultOf(() => connector.ReadAsync("7", default))).Code);
        });
    }

    private static JsonObject Group(string id, params string[] members)
        => new() { ["id"] = id, ["members"] = new JsonArray([.. members.Select(m => new JsonObject { ["value"] = m })]) };

    // The reading before the action, and what the server says of itself.
    private static void Asked(ScriptedScim script)
    {
        script.Expect("GET", "/Users/7").Reply(200, ScriptedScim.User("7", "ada"));
        script.Expect("GET", "/ServiceProviderConfig").Reply(200, new JsonObject { ["patch"] = new JsonObject { ["supported"] = true } });
    }

    private static IEnumerable<string> Patches(ScriptedScim script) => script.Requests.Where(r => r.Method == "PATCH").Select(r => r.Body);

    private static Task PlayAsync(Func<ScriptedScim, IConnector, Task> play, Dictionary<string, string>? settings = null)
        => ScriptedScim.PlayAsync(play, settings ?? NoGroups);
}
