using System.Text.Json.Nodes;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Scim;

/// <summary>202 (RFC 9110 section 15.3.3): taken, not done yet, and not to be sent in another form.</summary>
public sealed class When_a_server_finishes_later
{
    private static readonly Dictionary<string, string> OnlyPatch = new() { ["patch"] = "patch" };

    [Fact]
    public async Task One_request_is_enough_and_the_time_that_it_names_is_kept()
    {
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                script.Expect("GET", "/Users/7").Reply(200, ScriptedScim.User("7", "ada"));
                script.Expect("PATCH", "/Users/7").Reply(202, null, ("Retry-After", "600"));
                var before = TimeProvider.System.GetUtcNow();
                var fault = await ScimSystem.FaultOf(() => connector.ActAsync(StepAction.DisableAccount, "7"));
                Assert.Equal((Outcome.Accepted, "http-202"), (fault.Outcome, fault.Code));
                Assert.InRange(fault.RetryAt!.Value, before.AddSeconds(600), before.AddSeconds(660));
            },
            new Dictionary<string, string> { ["patch"] = "patch", ["groupsFrom"] = "none" });
    }

    [Theory]
    [InlineData("put", StepAction.DisableAccount, "GET,GET,PUT")]
    [InlineData("patch", StepAction.DeleteAccount, "GET,DELETE")]
    public async Task A_replacement_and_a_deletion_may_be_finished_later_too(string patch, StepAction action, string requests)
    {
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                foreach (var method in requests.Split(','))
                {
                    var step = script.Expect(method, "/Users/7");
                    if (method == "GET")
                    {
                        step.Reply(200, ScriptedScim.User("7", "ada"));
                    }
                    else
                    {
                        step.Reply(202);
                    }
                }

                var fault = await ScimSystem.FaultOf(() => connector.ActAsync(action, "7"));
                Assert.Equal((Outcome.Accepted, null), (fault.Outcome, fault.RetryAt));
            },
            new Dictionary<string, string> { ["patch"] = patch, ["groupsFrom"] = "none" });
    }

    [Theory]
    [InlineData(202, 204, 202, Outcome.Accepted)]
    [InlineData(202, 409, 204, Outcome.Rejected)]
    public async Task Each_group_is_left_although_another_one_takes_its_time_and_a_refusal_is_told_first(int first, int second, int third, Outcome outcome)
    {
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                var user = ScriptedScim.User("7", "ada");
                user["groups"] = new JsonArray(Group("a"), Group("b"), Group("c"));
                script.Expect("GET", "/Users/7").Reply(200, user);
                script.Expect("PATCH", "/Groups/a").Reply(first);
                script.Expect("PATCH", "/Groups/b").Reply(second);
                script.Expect("PATCH", "/Groups/c").Reply(third);
                Assert.Equal(outcome, (await ScimSystem.FaultOf(() => connector.ActAsync(StepAction.RemoveEntitlements, "7"))).Outcome);
            },
            OnlyPatch);
    }

    [Fact]
    public async Task To_a_question_it_is_an_answer_like_any_other()
    {
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                script.Expect("GET", "/Users/7").Reply(202, ScriptedScim.User("7", "ada"));
                Assert.True((await connector.ReadAsync("7", default))!.Enabled);
            },
            new Dictionary<string, string> { ["groupsFrom"] = "none" });
    }

    private static JsonObject Group(string id) => new() { ["value"] = id };
}
