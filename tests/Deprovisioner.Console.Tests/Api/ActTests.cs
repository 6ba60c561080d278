using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Console.Tests.Site;
using Deprovisioner.Storage.Access;

namespace Deprovisioner.Console.Tests.Api;

/// <summary>Acts over HTTP: asked for once, answered with what became of them, in the audit under the right name.</summary>
[Collection(nameof(ConsoleSite))]
public sealed class ActTests(ConsoleSite site)
{
    [Fact]
    public async Task An_act_is_answered_with_what_became_of_it()
    {
        using var client = site.As(AccessRoles.Operator);

        using var paused = await client.PostAsJsonAsync("/api/v1/systems/archive/pause", new { why = "it moves house" });
        var act = (await paused.Content.ReadFromJsonAsync<JsonArray>())!.Single()!;
        using var resumed = await client.PostAsJsonAsync("/api/v1/systems/archive/resume", new { why = "it has moved" });

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (paused.StatusCode, resumed.StatusCode));
        Assert.Equal(("done", "key:operator-of-the-test", "it moves house"), ((string)act["status"]!, (string)act["who"]!, (string)act["why"]!));
        Assert.Contains("key:operator-of-the-test", await site.Scalar<string>("select convert_from(payload, 'UTF8') from audit where type = 'system-paused' order by seq desc limit 1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_orchestrator_refuses_is_a_conflict_with_its_reason()
    {
        using var client = site.As(AccessRoles.Operator);

        using var answer = await client.PostAsJsonAsync("/api/v1/systems/nowhere/pause", new { why = "a slip" });
        var problem = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("No system is called nowhere.", (string)problem["detail"]!);
    }

    [Fact]
    public async Task A_request_that_cannot_be_recorded_is_refused_and_those_behind_it_are_carried_out()
    {
        await site.Server.Execute(
            """
            create function refuse_poison() returns trigger language plpgsql as $$ begin raise exception 'poison'; end $$;
            create trigger refuse_poison before insert on audit for each row when (convert_from(new.payload, 'UTF8') like '%poison pill%') execute function refuse_poison()
            """,
            "deprovisioner");
        try
        {
            var asked = await site.Operations.Ask([Storage.Asking.ActRequest.SetLegalHold(new("the-test", "poison pill"), "P-stays"), Storage.Asking.ActRequest.Resume(new("the-test", "behind it"), "archive")], default);

            var answered = await Testing.Eventually.Value("both to be answered", async () => await site.Operations.Acts([.. asked.Select(act => act.ActId)], default) is var acts && acts.All(act => act.Status != "requested") ? acts : null);

            Assert.Equal(["refused", "done"], answered.Select(act => act.Status));
            Assert.StartsWith("Nothing was done.", answered[0].Answer, StringComparison.Ordinal);
            Assert.False(await site.Scalar<bool>("select legal_hold from persons where person_id = 'P-stays'"));
        }
        finally
        {
            await site.Server.Execute("drop trigger refuse_poison on audit; drop function refuse_poison", "deprovisioner");
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"why\": \"  \"}")]
    public async Task Nothing_is_asked_without_a_reason(string body)
    {
        using var client = site.As(AccessRoles.Operator);
        var before = await site.Scalar<long>("select count(*) from operator_acts where kind = 'cancel'");
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var answer = await client.PostAsync($"/api/v1/sagas/{Guid.NewGuid()}/cancel", content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(before, await site.Scalar<long>("select count(*) from operator_acts where kind = 'cancel'"));
    }

    [Fact]
    public async Task The_same_request_sent_again_is_the_same_act()
    {
        using var client = site.As(AccessRoles.Operator);
        client.DefaultRequestHeaders.Add("Idempotency-Key", Guid.NewGuid().ToString());

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Sent(client, "archive", "twice")));
        var another = await Sent(client, "warehouse", "twice");

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Single(answers.Select(answer => (long)answer.Body[0]!["actId"]!).Distinct());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, another.Status);
    }

    [Fact]
    public async Task Who_does_not_want_to_wait_is_told_where_it_will_stand()
    {
        using var client = site.As(AccessRoles.Operator);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/systems/archive/resume") { Content = JsonContent.Create(new { why = "not to wait" }), Headers = { { "Prefer", "wait=0" } } };

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var acts = await client.GetFromJsonAsync<JsonArray>(answer.Headers.Location);
        Assert.Equal("not to wait", (string)acts!.Single()!["why"]!);
    }

    [Fact]
    public async Task Whoever_knows_how_it_was_is_told_that_nothing_changed()
    {
        using var client = site.As(AccessRoles.Viewer);
        using var first = await client.GetAsync("/api/v1/people/P-stays");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/people/P-stays");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var again = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/api/v1/sagas?after=nonsense")]
    [InlineData("/api/v1/sagas?status=nonsense")]
    [InlineData("/api/v1/sagas?late=nonsense")]
    public async Task A_question_that_makes_no_sense_gets_a_problem(string address)
    {
        using var client = site.As(AccessRoles.Viewer);

        using var answer = await client.GetAsync(address);

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    private static async Task<(HttpStatusCode Status, JsonArray Body)> Sent(HttpClient client, string system, string why)
    {
        using var answer = await client.PostAsJsonAsync($"/api/v1/systems/{system}/resume", new { why });
        return (answer.StatusCode, answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonArray>())! : []);
    }
}
