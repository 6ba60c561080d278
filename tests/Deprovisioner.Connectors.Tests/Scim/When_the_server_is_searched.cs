using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Scim;

/// <summary>Servers that ignore filters, count wrongly or page in their own way bring up nobody else, hide nobody, and hold nothing up.</summary>
public sealed class When_the_server_is_searched
{
    private const string AskAda = "/Users?filter=userName eq \"ada\"&startIndex=1&count=100";

    [Theory]
    [InlineData("ADA", "ada")]
    [InlineData("Ada", "ada")]
    public async Task Upper_and_lower_case_of_a_user_name_are_the_same_where_the_server_says_so(string asked, string borne)
    {
        // RFC 7643 section 4.1.1 makes userName case-insensitive (scimmy compares exactly all the same).
        await ScriptedScim.PlayAsync(async (script, connector) =>
        {
            script.Expect("GET", $"/Users?filter=userName eq \"{asked}\"&startIndex=1&count=100").Reply(200, ScriptedScim.List(ScriptedScim.User("7", borne)));
            Assert.Equal("7", Assert.Single(await connector.FindAsync(asked, default)).Id);
        });
    }

    [Fact]
    public async Task An_external_id_is_compared_exactly()
    {
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                var user = ScriptedScim.User("7", "ada");
                user["externalId"] = "p1001";
                script.Expect("GET", "/Users?filter=externalId eq \"P1001\"&startIndex=1&count=100").Reply(200, ScriptedScim.List(user));
                Assert.Empty(await connector.FindAsync("P1001", default));
            },
            match: "externalId");
    }

    [Theory]
    [InlineData("emails.value")]
    [InlineData("emails")]
    [InlineData("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber")]
    [InlineData("urn:ietf:params:scim:schemas:core:2.0:User:userName")]
    public async Task Any_attribute_can_be_the_match(string match)
    {
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                var user = ScriptedScim.User("7", "E7");
                user["EMAILS"] = JsonNode.Parse("""[{"value":"other"},{"value":"E7"}]""");
                user["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"] = new JsonObject { ["employeeNumber"] = "E7" };
                script.Expect("GET", $"/Users?filter={match} eq \"E7\"&startIndex=1&count=100").Reply(200, ScriptedScim.List(user, ScriptedScim.User("8", "x")));
                Assert.Equal("7", Assert.Single(await connector.FindAsync("E7", default)).Id);
            },
            match: match);
    }

    [Fact]
    public async Task A_server_that_ignores_the_filter_brings_up_nobody_else()
    {
        await ScriptedScim.PlayAsync(async (script, connector) =>
        {
            script.Expect("GET", AskAda).Reply(200, ScriptedScim.List(ScriptedScim.User("1", "adam"), ScriptedScim.User("2", "bob"), ScriptedScim.User("3", "")));
            Assert.Empty(await connector.FindAsync("ada", default));
        });
    }

    [Fact]
    public async Task All_that_match_are_returned_so_that_somebody_can_judge()
    {
        await ScriptedScim.PlayAsync(async (script, connector) =>
        {
            script.Expect("GET", AskAda).Reply(200, ScriptedScim.List(ScriptedScim.User("1", "ada"), ScriptedScim.User("2", "ADA")));
            Assert.Equal(["1", "2"], (await connector.FindAsync("ada", default)).Select(a => a.Id));
        });
    }

    [Fact]
    public async Task Pages_that_are_shorter_than_asked_for_are_followed_to_the_end()
    {
        await ScriptedScim.PlayAsync(async (script, connector) =>
        {
            script.Expect("GET", AskAda).Reply(200, Page(total: 3, ScriptedScim.User("1", "x"), ScriptedScim.User("2", "y")));
            script.Expect("GET", AskAda.Replace("startIndex=1", "startIndex=3", StringComparison.Ordinal)).Reply(200, Page(total: 3, ScriptedScim.User("3", "ada")));
            Assert.Equal("3", Assert.Single(await connector.FindAsync("ada", default)).Id);
        });
    }

    [Fact]
    public async Task A_total_that_counts_only_the_page_hides_nobody()
    {
        await ScriptedScim.PlayAsync(async (script, connector) =>
        {
            script.Expect("GET", AskAda).Reply(200, Page(total: 100, [.. Enumerable.Range(1, 100).Select(n => ScriptedScim.User($"{n}", $"u{n}"))]));
            script.Expect("GET", AskAda.Replace("startIndex=1", "startIndex=101", StringComparison.Ordinal)).Reply(200, Page(total: 1, ScriptedScim.User("101", "ada")));
            Assert.Equal("101", Assert.Single(await connector.FindAsync("ada", default)).Id);
        });
    }

    [Fact]
    public async Task A_total_that_promises_more_than_there_is_ends_with_the_first_empty_page()
    {
        await ScriptedScim.PlayAsync(async (script, connector) =>
        {
            script.Expect("GET", AskAda).Reply(200, Page(total: 1_000_000, ScriptedScim.User("1", "ada")));
            script.Expect("GET", AskAda.Replace("startIndex=1", "startIndex=2", StringComparison.Ordinal)).Reply(200, Page(total: 1_000_000));
            Assert.Equal("1", Assert.Single(await connector.FindAsync("ada", default)).Id);
        });
    }

    [Fact]
    public async Task A_server_that_shows_the_same_page_for_ever_is_not_believed()
    {
        await ScriptedScim.PlayAsync(async (script, connector) =>
        {
            script.Expect("GET", AskAda).Reply(200, Page(total: 9, ScriptedScim.User("1", "ada")));
            script.Expect("GET", AskAda.Replace("startIndex=1", "startIndex=2", StringComparison.Ordinal)).Reply(200, Page(total: 9, ScriptedScim.User("1", "ada")));
            Assert.Equal("paging-ignored", (await ScimSystem.FaultOf(() => connector.FindAsync("ada", default))).Code);
        });
    }

    [Fact]
    public async Task A_collection_without_an_end_is_left_after_a_bounded_number_of_pages()
    {
        await ScriptedScim.PlayAsync(async (script, connector) =>
        {
            for (var n = 1; n <= 200; n++)
            {
                script.Expect("GET", AskAda.Replace("startIndex=1", $"startIndex={n}", StringComparison.Ordinal)).Reply(200, Page(total: int.MaxValue, ScriptedScim.User($"{n}", "x")));
            }

            var fault = await ScimSystem.FaultOf(() => connector.FindAsync("ada", default));
            Assert.Equal((Outcome.Rejected, "too-many-results"), (fault.Outcome, fault.Code));
        });
    }

    [Fact]
    public async Task A_name_that_a_filter_cannot_carry_is_looked_for_among_all()
    {
        await ScriptedScim.PlayAsync(async (script, connector) =>
        {
            script.Expect("GET", "/Users?filter=userName eq \"a\\\"b\"&startIndex=1&count=100").Reply(400, new JsonObject { ["scimType"] = "invalidFilter" });
            script.Expect("GET", "/Users?startIndex=1&count=100").Reply(200, ScriptedScim.List(ScriptedScim.User("1", "a\\\"b"), ScriptedScim.User("2", "a\"b")));
            Assert.Equal("2", Assert.Single(await connector.FindAsync("a\"b", default)).Id);
        });
    }

    [Fact]
    public async Task An_attribute_that_the_server_cannot_search_by_is_a_fault_and_not_an_absence()
    {
        await ScriptedScim.PlayAsync(async (script, connector) =>
        {
            script.Expect("GET", AskAda).Reply(400, new JsonObject { ["scimType"] = "invalidFilter", ["detail"] = "not supported" });
            var fault = await ScimSystem.FaultOf(() => connector.FindAsync("ada", default));
            Assert.Equal(new Fault(Outcome.Rejected, "http-400", "The server answered 400 (invalidFilter): not supported"), fault);
        });
    }

    [Theory]
    [InlineData("""<html>Please sign in</html>""")]
    [InlineData("""{"users":[]}""")]
    [InlineData("""{"totalResults":1,"Resources":[{"userName":"ada"}]}""")]
    [InlineData("""{"totalResults":0,"totalResults":1,"Resources":[]}""")]
    [InlineData("""{"totalResults":1,"Resources":[{"id":"\ud800","userName":"ada"}]}""")]
    [InlineData("""{"\ud800":1,"\ud800":2}""")]
    [InlineData("")]
    public async Task An_answer_that_is_not_scim_is_not_an_empty_one(string body)
    {
        await ScriptedScim.PlayAsync(async (script, connector) =>
        {
            script.Expect("GET", AskAda).ReplyText(200, body, "text/html");
            var fault = await ScimSystem.FaultOf(() => connector.FindAsync("ada", default));
            Assert.Equal((Outcome.Transient, "not-scim"), (fault.Outcome, fault.Code));
        });
    }

    private static JsonObject Page(int total, params JsonObject[] resources)
    {
        var page = ScriptedScim.List(resources);
        page["totalResults"] = total;
        return page;
    }
}
