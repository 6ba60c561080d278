using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Rest;

/// <summary>One list of several sorts of things, each taken away and given back by a request of its own.</summary>
public sealed class When_requests_depend_on_what_is_held
{
    private const string Ada = """{"id": "7", "login": "ada", "mail": "ada@example.test", "state": "active"}""";

    private static readonly string Kinds = Declared.Small(
        ("remove: {delete: \"/groups/{item.id}/members/{id}\", target: membership}", "remove: [{delete: \"/groups/{item.id}/members/{id}\", target: membership, whenItem: {at: $.kind, is: group}}, {delete: \"/roles/{item.id}/users/{id}\", target: role, whenItem: {at: $.kind, is: role}}]"),
        ("restore: {put: \"/groups/{item.id}/members/{id}\"}", "restore: [{put: \"/groups/{item.id}/members/{id}\", whenItem: {at: $.kind, is: group}}, {put: \"/roles/{item.id}/users/{id}\", whenItem: {at: $.kind, is: role}}]"));

    [Fact]
    public async Task Each_is_taken_away_and_given_back_as_its_sort_says()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Kinds);
        const string Both = """[{"id": "1", "kind": "group", "title": "Sales"}, {"id": "2", "kind": "role", "title": "Auditor"}]""";
        server.Expect("GET /users/7", body: Ada).Expect("GET /users/7/groups", body: Both);
        var had = (await connector.ReadAsync("7", default))!;
        server.Expect("GET /users/7", body: Ada).Expect("GET /users/7/groups", body: Both).Expect("DELETE /groups/1/members/7", 204).Expect("DELETE /roles/2/users/7", 204);

        await connector.ActAsync(StepAction.RemoveEntitlements, had);

        server.Expect("GET /users/7", body: Ada).Expect("GET /users/7/groups", body: "[]").Expect("PUT /groups/1/members/7", 204).Expect("PUT /roles/2/users/7", 204);
        await connector.ActAsync(
            new ActRequest
            {
                Action = StepAction.RestoreAccount,
                Before = had,
                Facts = Acting.NoFacts,
                Snapshot = new AccountSnapshot("7", "ada", true, ["group:1", "group:2"], had.RestoreAttributes),
            }, default);
        server.Verify();
    }

    [Fact]
    public async Task Something_for_which_no_request_is_declared_is_said_and_the_others_go()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Kinds);
        server.Expect("GET /users/7", body: Ada).Expect("GET /users/7/groups", body: """[{"id": "3", "kind": "badge"}, {"id": "1", "kind": "group"}]""").Expect("DELETE /groups/1/members/7", 204);

        var fault = await Acting.FaultOf(() => connector.ActAsync(StepAction.RemoveEntitlements, Acting.Account("7", "group:1", "group:3")));

        Assert.Equal((Outcome.Rejected, "no-request-fits"), (fault.Outcome, fault.Code));
        server.Verify();
    }

    [Fact]
    public void A_request_that_is_about_no_such_thing_cannot_depend_on_one()
        => Assert.Equal(
            "actions.disable-account.whenItem",
            Assert.Single(DeclarationReader.Read(Declared.Small(("disable-account: {post: \"/users/{id}/block\"}", "disable-account: {post: \"/users/{id}/block\", whenItem: {at: $.kind, is: group}}"))).Faults).Path);

    [Fact]
    public async Task A_parameter_with_several_values_is_sent_once_for_each()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small(("list: {get: /users, items: \"$[*]\"}", "list: {get: /users, query: {\"include[]\": [groups, \"a & b\"], limit: \"1\"}, items: \"$[*]\", pages: {cursor: $.none, parameter: c}}")));
        server.Expect("GET /users?include%5B%5D=groups&include%5B%5D=a%20%26%20b&limit=1", body: "[]");

        await connector.ListAsync(null, default);

        server.Verify();
    }
}
