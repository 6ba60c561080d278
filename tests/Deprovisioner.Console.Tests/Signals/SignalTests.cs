using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Deprovisioner.Console.Tests.Site;
using Deprovisioner.Storage.Access;

namespace Deprovisioner.Console.Tests.Signals;

/// <summary>Security event tokens on their way to receivers that fetch them (RFC 8936).</summary>
[Collection(nameof(ConsoleSite))]
public sealed class SignalTests(ConsoleSite site)
{
    private static int names;

    [Fact]
    public async Task A_token_is_fetched_acknowledged_and_gone()
    {
        using var receiver = await Receiver("crm");
        Assert.Equal(HttpStatusCode.Accepted, await Bring("crm", Token("t-1")));
        Assert.Equal("waiting", await State("crm", "t-1"));

        var first = await Poll(receiver, "crm", """{"returnImmediately": true}""");
        Assert.Equal(Token("t-1"), (string?)Assert.Single(first["sets"]!.AsObject()).Value);
        Assert.Null(first["moreAvailable"]);
        Assert.Equal("waiting", await State("crm", "t-1"));

        var second = await Poll(receiver, "crm", """{"returnImmediately": true, "ack": ["t-1", "never-there", "\u0000"]}""");
        Assert.Empty(second["sets"]!.AsObject());
        Assert.Equal("acknowledged", await State("crm", "t-1"));
    }

    [Fact]
    public async Task What_a_receiver_cannot_use_is_known_to_who_brought_it_and_may_be_brought_again()
    {
        var stream = NewName();
        using var receiver = await Receiver(stream);
        await Bring(stream, Token("t-1"));

        await Poll(receiver, stream, """{"maxEvents": 0, "setErrs": {"t-1": {"err": "invalid_request", "description": "no such user"}, "t-2": null}}""");
        var refused = await Kept(stream, "t-1");
        Assert.Equal(("refused", "invalid_request", "no such user"), ((string?)refused["state"], (string?)refused["err"], (string?)refused["description"]));

        await Bring(stream, Token("t-1"));
        Assert.Equal("waiting", await State(stream, "t-1"));
    }

    [Fact]
    public async Task What_was_not_acknowledged_is_given_out_again_after_a_while_and_not_at_once()
    {
        var stream = NewName();
        using var receiver = await Receiver(stream);
        await Bring(stream, Token("t-1"));
        Assert.Single((await Poll(receiver, stream, """{"returnImmediately": true}"""))["sets"]!.AsObject());
        Assert.Empty((await Poll(receiver, stream, """{"returnImmediately": true}"""))["sets"]!.AsObject());

        // Nor because whoever brought it has lost the answer, and brings it once more.
        await Bring(stream, Token("t-1"));
        Assert.Empty((await Poll(receiver, stream, """{"returnImmediately": true}"""))["sets"]!.AsObject());

        await site.Server.Execute($"update signals set next_at = next_at - interval '61 s' where stream = '{stream}'", "deprovisioner");

        Assert.Single((await Poll(receiver, stream, """{"returnImmediately": true}"""))["sets"]!.AsObject());
    }

    [Fact]
    public async Task The_same_token_is_kept_once_and_acknowledged_once()
    {
        var stream = NewName();
        using var receiver = await Receiver(stream);
        await Bring(stream, Token("t-1"));
        await Bring(stream, Token("t-1"));
        Assert.Equal(1, (long)(await Read($"/signals/{stream}"))["waiting"]!);
        await Poll(receiver, stream, """{"maxEvents": 0, "ack": ["t-1"]}""");

        await Bring(stream, Token("t-1"));
        await Poll(receiver, stream, """{"maxEvents": 0, "setErrs": {"t-1": {"err": "invalid_key"}}}""");

        Assert.Equal("acknowledged", await State(stream, "t-1"));
    }

    [Fact]
    public async Task As_many_are_given_out_as_are_asked_for_the_oldest_first_and_whether_there_are_more_is_said()
    {
        var stream = NewName();
        using var receiver = await Receiver(stream);
        foreach (var jti in new[] { "t-1", "t-2", "t-3" })
        {
            await Bring(stream, Token(jti));
        }

        var first = await Poll(receiver, stream, """{"maxEvents": 2, "returnImmediately": true}""");
        var second = await Poll(receiver, stream, """{"maxEvents": 2, "returnImmediately": true, "ack": ["t-1", "t-2"]}""");

        Assert.Equal(["t-1", "t-2"], first["sets"]!.AsObject().Select(s => s.Key).Order());
        Assert.True((bool)first["moreAvailable"]!);
        Assert.Equal(["t-3"], second["sets"]!.AsObject().Select(s => s.Key));
        Assert.Null(second["moreAvailable"]);
    }

    [Fact]
    public async Task One_that_takes_another_back_comes_after_it_also_where_that_is_given_out_again()
    {
        var stream = NewName();
        using var receiver = await Receiver(stream);
        foreach (var jti in new[] { "z-disabled", "m-enabled", "a-disabled" })
        {
            await Bring(stream, Token(jti));
            Assert.Single((await Poll(receiver, stream, """{"returnImmediately": true}"""))["sets"]!.AsObject());
        }

        await site.Server.Execute($"update signals set next_at = now() - interval '1 s' * length(jti) where stream = '{stream}'", "deprovisioner");

        Assert.Equal(["z-disabled", "m-enabled", "a-disabled"], (await Poll(receiver, stream, """{"returnImmediately": true}"""))["sets"]!.AsObject().Select(s => s.Key));
    }

    [Fact]
    public async Task Who_waits_gets_what_comes_meanwhile()
    {
        var stream = NewName();
        using var receiver = await Receiver(stream);

        var answers = await Task.WhenAll(Poll(receiver, stream, "{}"), Brought());

        Assert.Single(answers[0]["sets"]!.AsObject());

        async Task<JsonObject> Brought()
        {
            await Bring(stream, Token("t-1"));
            return await Kept(stream, "t-1");
        }
    }

    [Fact]
    public async Task A_stream_is_for_the_receiver_whose_key_is_called_so()
    {
        var (mine, other) = (NewName(), NewName());
        using var receiver = await Receiver(mine);
        using var stranger = await Receiver(other);
        await Bring(mine, Token("t-1"));

        using var answer = await stranger.PostAsync($"/signals/{mine}/poll", Json("""{"returnImmediately": true}"""));
        using var pushed = await receiver.PostAsync($"/signals/{mine}", Set(Token("t-2")));
        using var asked = await receiver.GetAsync(new Uri($"/signals/{mine}/t-1", UriKind.Relative));

        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden], [answer.StatusCode, pushed.StatusCode, asked.StatusCode]);
        Assert.Equal("waiting", await State(mine, "t-1"));
    }

    [Fact]
    public async Task Nothing_is_kept_for_whom_nobody_has_a_key()
    {
        Assert.Equal(HttpStatusCode.NotFound, await Bring("nobody", Token("t-1")));
        Assert.Equal(HttpStatusCode.NotFound, await Bring($"{AccessRoles.Viewer}-of-the-test", Token("t-1")));
        using var client = site.As(AccessRoles.Transmitter);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri("/signals/nobody", UriKind.Relative))).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no token")]
    [InlineData("a.b.c")]
    [InlineData("e30.W10.c2ln")]
    [InlineData("e30.e30.c2ln")]
    [InlineData("e30.eyJqdGkiOiJ4In0.")]
    [InlineData("e30.eyJqdGkiOjF9.c2ln")]
    public async Task What_is_no_token_is_refused_as_a_receiver_does(string body)
    {
        using var client = site.As(AccessRoles.Transmitter);

        using var answer = await client.PostAsync($"/signals/{AccessRoles.Receiver}-of-the-test", Set(body));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("invalid_request", (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["err"]);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("""{"ack": "t-1"}""")]
    [InlineData("""{"maxEvents": "many"}""")]
    public async Task What_is_no_poll_is_told_so(string body)
    {
        using var client = site.As(AccessRoles.Receiver);

        using var answer = await client.PostAsync($"/signals/{AccessRoles.Receiver}-of-the-test/poll", Json(body));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_token_is_brought_as_what_it_is()
    {
        using var client = site.As(AccessRoles.Transmitter);

        using var answer = await client.PostAsync($"/signals/{AccessRoles.Receiver}-of-the-test", Json(Token("t-1")));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task What_is_too_long_is_not_read_to_its_end()
    {
        using var client = site.As(AccessRoles.Transmitter);

        using var answer = await client.PostAsync($"/signals/{AccessRoles.Receiver}-of-the-test", Set(new string('a', 300_000)));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task What_is_settled_long_ago_is_forgotten()
    {
        var stream = NewName();
        using var receiver = await Receiver(stream);
        await Bring(stream, Token("old"));
        await Bring(stream, Token("waits"));
        await Poll(receiver, stream, """{"maxEvents": 0, "ack": ["old"]}""");
        await site.Server.Execute($"update signals set kept_at = kept_at - interval '31 d', settled_at = settled_at - interval '31 d' where stream = '{stream}'", "deprovisioner");

        await Bring(stream, Token("new"));

        Assert.Equal(0, await site.Scalar<long>($"select count(*) from signals where stream = '{stream}' and jti = 'old'"));
        Assert.Equal("waiting", await State(stream, "waits"));
    }

    private static string NewName() => $"receiver-{Interlocked.Increment(ref names)}";

    private static string Token(string jti)
    {
        static string Part(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
        return $"{Part("""{"alg":"ES256"}""")}.{Part($$"""{"jti":"{{jti}}"}""")}.c2ln";
    }

    private static StringContent Json(string body) => new(body, new MediaTypeHeaderValue("application/json"));

    private static StringContent Set(string body) => new(body, new MediaTypeHeaderValue("application/secevent+jwt"));

    private static async Task<JsonObject> Poll(HttpClient receiver, string stream, string body)
    {
        using var answer = await receiver.PostAsync($"/signals/{stream}/poll", Json(body));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    private async Task<HttpClient> Receiver(string name) => site.Bearing(await site.NewKey(name, [AccessRoles.Receiver]));

    private async Task<HttpStatusCode> Bring(string stream, string token)
    {
        using var client = site.As(AccessRoles.Transmitter);
        using var answer = await client.PostAsync($"/signals/{stream}", Set(token));
        return answer.StatusCode;
    }

    private async Task<JsonObject> Read(string path)
    {
        using var client = site.As(AccessRoles.Transmitter);
        return (await client.GetFromJsonAsync<JsonObject>(new Uri(path, UriKind.Relative)))!;
    }

    private Task<JsonObject> Kept(string stream, string jti) => Read($"/signals/{stream}/{jti}");

    private async Task<string?> State(string stream, string jti) => (string?)(await Kept(stream, jti))["state"];
}
