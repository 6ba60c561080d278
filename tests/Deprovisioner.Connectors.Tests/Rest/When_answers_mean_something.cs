using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Rest;

public sealed class When_answers_mean_something
{
    private const string Ada = """{"id": "7", "login": "ada"}""";

    private const string Block = "disable-account: {post: \"/users/{id}/block\"}";

    [Theory]
    [InlineData(401, "{}", Outcome.Unauthorized)]
    [InlineData(403, "{}", Outcome.Unauthorized)]
    [InlineData(403, """{"message": "API rate limit exceeded"}""", Outcome.Throttled)]
    [InlineData(409, "{}", Outcome.Rejected)]
    [InlineData(429, "{}", Outcome.Throttled)]
    [InlineData(302, "{}", Outcome.Rejected)]
    [InlineData(500, "{}", Outcome.Transient)]
    [InlineData(503, "{}", Outcome.Throttled)]
    public async Task What_is_not_declared_means_what_http_says(int status, string body, Outcome outcome)
    {
        var fault = await FaultOf(Declared.Small(), status, body);

        Assert.Equal((outcome, $"http-{status}"), (fault.Outcome, fault.Code));
    }

    [Theory]
    [InlineData("means: throttled", Outcome.Throttled)]
    [InlineData("means: transient", Outcome.Transient)]
    [InlineData("means: unauthorized", Outcome.Unauthorized)]
    [InlineData("means: rejected", Outcome.Rejected)]
    [InlineData("means: not-removable-here", Outcome.NotRemovableHere)]
    [InlineData("means: accepted", Outcome.Accepted)]
    public async Task What_is_declared_comes_first_also_for_a_success(string means, Outcome outcome)
    {
        var yaml = Declared.Small((Block, $"disable-account: {{post: \"/users/{{id}}/block\", answers: {{status: 200, body: {{at: $.ok, is: false}}, says: Not like this., {means}}}}}"));

        var fault = await FaultOf(yaml, 200, """{"ok": false}""");

        Assert.Equal((outcome, "Not like this."), (fault.Outcome, fault.Message));
    }

    [Fact]
    public async Task A_request_s_own_meanings_come_before_the_server_s()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small(
            ("error: $.message", "error: $.message\n  answers: {status: 409, means: transient}"),
            (Block, "disable-account: {post: \"/users/{id}/block\", answers: {status: 409, means: done}}")));
        server.Expect("GET /users/7", body: Ada).Expect("POST /users/7/block", 409).Expect("GET /users/7", body: Ada).Expect("DELETE /users/7", 409);

        await connector.ActAsync(StepAction.DisableAccount, Acting.Account("7"));

        Assert.Equal(Outcome.Transient, (await Acting.FaultOf(() => connector.ActAsync(StepAction.DeleteAccount, Acting.Account("7")))).Outcome);
        server.Verify();
    }

    [Fact]
    public async Task Nobody_is_an_answer_where_it_is_declared_and_a_fault_where_it_is_not()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var declared = server.Open(Declared.Small(("valueAt: $.mail}", "valueAt: $.mail, answers: {status: 404, means: nothing}}")));
        await using var silent = server.Open(Declared.Small());
        server.Expect("GET /users?mail=x", 404).Expect("GET /users?mail=x", 404);

        Assert.Empty(await declared.FindAsync("x", default));
        Assert.Equal(Outcome.Rejected, (await Acting.FaultOf(() => silent.FindAsync("x", default))).Outcome);
        server.Verify();
    }

    [Fact]
    public async Task Work_that_was_begun_is_waited_for()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(WithJob("1ms"));
        server.Expect("GET /users/7", body: Ada).Expect("POST /users/7/block", 202, """{"job": "j 1"}""").Expect("GET /jobs/j%201", body: """{"state": "running"}""")
            .Expect("GET /jobs/j%201", body: """{"state": "DONE"}""");

        await connector.ActAsync(StepAction.DisableAccount, Acting.Account("7"));

        server.Verify();
    }

    [Fact]
    public async Task Work_that_takes_long_is_reported_as_accepted_and_until_when()
    {
        await using var server = await ScriptedServer.StartAsync();
        var clock = new SetClock();
        await using var connector = server.Open(WithJob("1h"), clock);
        server.Expect("GET /users/7", body: Ada).Expect("POST /users/7/block", 202, """{"job": "1"}""").Expect("GET /jobs/1", body: """{"state": "running"}""");

        var fault = await Acting.FaultOf(() => connector.ActAsync(StepAction.DisableAccount, Acting.Account("7")));

        Assert.Equal((Outcome.Accepted, "job-running", clock.Now.AddHours(1)), (fault.Outcome, fault.Code, fault.RetryAt));
        server.Verify();
    }

    [Fact]
    public async Task Work_that_failed_is_told()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(WithJob("1ms"));
        server.Expect("GET /users/7", body: Ada).Expect("POST /users/7/block", 202, """{"job": "1"}""").Expect("GET /jobs/1", body: """{"state": "error"}""");

        Assert.Equal((Outcome.Rejected, "job-failed"), await Acting.FaultOf(() => connector.ActAsync(StepAction.DisableAccount, Acting.Account("7"))) is var fault ? (fault.Outcome, fault.Code) : default);
        server.Verify();
    }

    [Fact]
    public async Task A_spent_budget_is_not_overdrawn()
    {
        await using var server = await ScriptedServer.StartAsync();
        var clock = new SetClock();
        await using var connector = server.Open(Declared.Small(), clock);
        server.Expect("GET /users?mail=x", body: "[]", headers: [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "60")]);
        await connector.FindAsync("x", default);

        var fault = await Acting.FaultOf(() => connector.FindAsync("x", default));
        Assert.Equal((Outcome.Throttled, clock.Now.AddSeconds(60)), (fault.Outcome, fault.RetryAt));

        clock.Advance(TimeSpan.FromSeconds(61));
        server.Expect("GET /users?mail=x", body: "[]");
        Assert.Empty(await connector.FindAsync("x", default));
        server.Verify();
    }

    [Fact]
    public async Task When_the_only_proof_is_the_answer_the_connector_says_so()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small(("actions:", "provenByAnswer: revoke-sessions\nfollowUps: {revoke-sessions: Phones are to be wiped by hand.}\nactions:\n  revoke-sessions: {delete: \"/users/{id}/sessions\", target: sessions}")));
        server.Expect("GET /users/7", body: Ada).Expect("DELETE /users/7/sessions", 204);
        var said = new List<string>();

        await connector.ActAsync(
            new ActRequest { Action = StepAction.RevokeSessions, Before = Acting.Account("7"), Facts = Acting.NoFacts, FollowUp = said.Add, OnlyAnswer = said.Add }, default);

        Assert.Equal(["Phones are to be wiped by hand.", "Small answered that it is done, and has nothing to read that back from."], said);
        server.Verify();
    }

    [Fact]
    public async Task What_only_the_answer_proves_is_done_and_says_by_what()
    {
        await using var server = await ScriptedServer.StartAsync();
        var kind = Declared.Kind(Declared.Small(("actions:", "provenByAnswer: revoke-sessions\nactions:\n  revoke-sessions: {delete: \"/users/{id}/sessions\", target: sessions}")));
        await using var host = new ConformanceHost(kind, server.Settings());
        server.Expect("GET /users?mail=ada%40example.test", body: """[{"id": "7", "login": "ada", "mail": "ada@example.test"}]""")
            .Expect("GET /users/7", body: Ada).Expect("GET /users/7/groups", body: "[]").Expect("GET /users/7", body: Ada).Expect("DELETE /users/7/sessions", 204);
        for (var read = 0; read <= ConformanceHost.Quick.ReadBacks; read++)
        {
            server.Expect("GET /users/7", body: Ada).Expect("GET /users/7/groups", body: "[]");
        }

        var report = await host.Run(ConformanceHost.Command(server.Settings(), StepAction.RevokeSessions, "ada@example.test"));

        Assert.Equal((Outcome.Changed, "by-answer"), (report.Outcome, report.Code));
        Assert.Contains("has nothing to read that back from", report.Message, StringComparison.Ordinal);
        server.Verify();
    }

    private static string WithJob(string every) => Declared.Small((
        Block, $"disable-account: {{post: \"/users/{{id}}/block\", job: {{get: \"/jobs/{{answer.job}}\", at: $.state, done: done, failed: error, every: {every}}}}}"));

    private static async Task<Fault> FaultOf(string yaml, int status, string body)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(yaml);
        server.Expect("GET /users/7", body: Ada).Expect("POST /users/7/block", status, body);
        var fault = await Acting.FaultOf(() => connector.ActAsync(StepAction.DisableAccount, Acting.Account("7")));
        server.Verify();
        return fault;
    }
}
