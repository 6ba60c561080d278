using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Rest;

public sealed class When_a_listing_has_several_pages
{
    private const string List = "list: {get: /users, items: \"$[*]\"}";
    private const string One = """[{"id": "1", "login": "a"}]""";
    private const string Two = """[{"id": "2", "login": "b"}]""";

    [Fact]
    public async Task The_link_header_leads_on() => await AssertBoth(
        "list: {get: /users, items: \"$[*]\", pages: {link: next}}",
        server => server.Expect("GET /users", body: One, headers: ("Link", $"<{server.Url}/users?page=2>; rel=\"next\", <{server.Url}/users?page=9>; rel=\"last\"")).Expect("GET /users?page=2", body: Two));

    [Fact]
    public async Task An_address_in_the_answer_leads_on() => await AssertBoth(
        "list: {get: /users, items: \"$.value[*]\", pages: {next: \"$['@odata.nextLink']\"}}",
        server => server.Expect("GET /users", body: $$"""{"value": {{One}}, "@odata.nextLink": "{{server.Url}}/users?$skiptoken=x"}""").Expect("GET /users?$skiptoken=x", body: $$"""{"value": {{Two}}}"""));

    [Fact]
    public async Task A_cursor_goes_into_the_query() => await AssertBoth(
        "list: {get: /users, query: {limit: \"1\"}, items: \"$.members[*]\", pages: {cursor: $.meta.next_cursor, parameter: cursor}}",
        server => server.Expect("GET /users?limit=1", body: $$"""{"members": {{One}}, "meta": {"next_cursor": "a&b="} }""").Expect("GET /users?limit=1&cursor=a%26b%3D", body: $$"""{"members": {{Two}}, "meta": {"next_cursor": ""} }"""));

    [Fact]
    public async Task A_cursor_goes_into_the_body() => await AssertBoth(
        "list: {post: /graphql, json: {query: \"query($after: String) { users }\", variables: {after: \"{cursor}\"}}, items: \"$.users[*]\", pages: {cursor: $.end}}",
        server => server.Expect("POST /graphql", body: $$"""{"users": {{One}}, "end": "x"}""").Expect("POST /graphql", body: $$"""{"users": {{Two}}, "end": null}"""),
        server => Assert.Equal(["{}", "{\"after\":\"x\"}"], server.Asked.Select(a => a.Body.Split("\"variables\":")[1][..^1])));

    [Fact]
    public async Task A_cursor_goes_into_a_form() => await AssertBoth(
        "list: {post: /users.list, form: {limit: \"1\", cursor: \"{cursor}\"}, items: \"$.users[*]\", pages: {cursor: $.end}}",
        server => server.Expect("POST /users.list", body: $$"""{"users": {{One}}, "end": "x"}""").Expect("POST /users.list", body: $$"""{"users": {{Two}}, "end": ""}"""),
        server => Assert.Equal(["limit=1", "limit=1&cursor=x"], server.Asked.Select(a => a.Body)));

    [Fact]
    public async Task What_follows_is_asked_for_at_another_address_until_no_more_follows() => await AssertBoth(
        "list: {post: /list, json: {limit: 1}, items: \"$.users[*]\", pages: {cursor: $.end, more: {at: $.more, is: \"true\"}, continue: {post: /list/continue, json: {cursor: \"{cursor}\"}}}}",
        server => server.Expect("POST /list", body: $$"""{"users": {{One}}, "end": "x", "more": true}""").Expect("POST /list/continue", body: $$"""{"users": {{Two}}, "end": "y", "more": false}"""),
        server => Assert.Equal(["{\"limit\":1}", "{\"cursor\":\"x\"}"], server.Asked.Select(a => a.Body)));

    [Fact]
    public async Task Where_more_is_said_to_follow_and_not_where_half_a_list_does_not_pass_for_all_of_it()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small((List, "list: {get: /users, items: \"$.users[*]\", pages: {cursor: $.end, more: {at: $.more, is: \"true\"}, parameter: c}}")));
        server.Expect("GET /users", body: $$"""{"users": {{One}}, "more": true}""");

        Assert.Contains("another page is said to follow", (await Acting.FaultOf(() => All(connector))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pages: {cursor: $.end, parameter: c, continue: {post: /more, json: {cursor: \"{cursor}\"}}}")]
    [InlineData("pages: {cursor: $.end, continue: {post: /more, json: {}}}")]
    [InlineData("pages: {link: next, more: {at: $.more, is: \"true\"}}")]
    public void Pages_that_are_not_led_on_in_one_way_are_refused(string pages)
        => Assert.Contains(Deprovisioner.Connectors.Rest.Declaring.DeclarationReader.Read(Declared.Small((List, $"list: {{get: /users, items: \"$[*]\", {pages}}}"))).Faults, fault => fault.Path == "list.pages");

    [Fact]
    public async Task Accounts_are_counted() => await AssertBoth(
        "list: {get: /users, items: \"$[*]\", pages: {offset: start, first: 1, size: 1}}",
        server => server.Expect("GET /users?start=1", body: One).Expect("GET /users?start=2", body: Two).Expect("GET /users?start=3", body: "[]"));

    [Fact]
    public async Task Pages_are_counted() => await AssertBoth(
        "list: {get: /users, items: \"$[*]\", pages: {page: page}}",
        server => server.Expect("GET /users?page=1", body: One).Expect("GET /users?page=2", body: Two).Expect("GET /users?page=3", body: "[]"));

    [Theory]
    [InlineData("pages: {page: page}", null)]
    [InlineData("pages: {offset: page, first: 1}", null)]
    [InlineData("pages: {link: next}", "</users?page=2>; rel=next")]
    public async Task A_server_that_shows_the_same_page_again_is_told_apart_from_the_end(string pages, string? link)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small((List, $"list: {{get: /users, items: \"$[*]\", {pages}}}")));
        (string, string)[] headers = link is null ? [] : [("Link", link)];
        server.Expect(link is null ? "GET /users?page=1" : "GET /users", body: One, headers: headers).Expect("GET /users?page=2", body: One, headers: headers);

        var fault = await Acting.FaultOf(() => All(connector));

        Assert.Equal((Outcome.Rejected, "paging-ignored"), (fault.Outcome, fault.Code));
        server.Verify();
    }

    [Theory]
    [InlineData("https://evil.example.test/users?page=2")]
    [InlineData("//evil.example.test/users")]
    [InlineData("ftp://127.0.0.1/users")]
    public async Task The_credential_follows_to_no_other_server(string next)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small((List, "list: {get: /users, items: \"$[*]\", pages: {link: next}}")));
        server.Expect("GET /users", body: One, headers: ("Link", $"<{next}>; rel=\"next\""));

        Assert.Equal("foreign-page", (await Acting.FaultOf(() => All(connector))).Code);
        server.Verify();
    }

    [Fact]
    public async Task Memberships_on_later_pages_count_too()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small(("list: {get: \"/users/{id}/groups\", items: \"$[*]\"}", "list: {get: \"/users/{id}/groups\", items: \"$[*]\", pages: {link: next}}")));
        server.Expect("GET /users/7", body: """{"id": "7", "login": "ada"}""").Expect("GET /users/7/groups", body: """[{"id": "1"}]""", headers: ("Link", "</users/7/groups?page=2>; rel=\"next\""))
            .Expect("GET /users/7/groups?page=2", body: """[{"id": "2"}]""");

        Assert.Equal(["group:1", "group:2"], (await connector.ReadAsync("7", default))!.Entitlements.Select(e => e.Id));
        server.Verify();
    }

    private static async Task AssertBoth(string list, Action<ScriptedServer> script, Action<ScriptedServer>? then = null)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small((List, list)));
        script(server);

        Assert.Equal(["1", "2"], await All(connector));

        server.Verify();
        then?.Invoke(server);
    }

    private static async Task<IReadOnlyList<string>> All(IConnector connector)
    {
        var all = new List<string>();
        string? cursor = null;
        do
        {
            var page = await connector.ListAsync(cursor, default);
            all.AddRange(page.Accounts.Select(a => a.Account.Id));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return all;
    }
}
