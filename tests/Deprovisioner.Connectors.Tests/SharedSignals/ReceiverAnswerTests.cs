using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.SharedSignals;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;
using Microsoft.AspNetCore.Http;

namespace Deprovisioner.Connectors.Tests.SharedSignals;

/// <summary>What the answers of receivers mean (RFC 8935, sections 2.2 to 2.4), and of consoles that keep tokens for them.</summary>
public sealed class ReceiverAnswerTests
{
    private const string Refusal = """{"err": "ERR", "description": "because of it"}""";

    [Theory]
    [InlineData(400, "invalid_request", Outcome.Rejected, "set-invalid-request")]
    [InlineData(400, "another_word", Outcome.Rejected, "http-400")]
    [InlineData(400, "invalid_key", Outcome.Unauthorized, "set-invalid-key")]
    [InlineData(400, "invalid_issuer", Outcome.Unauthorized, "set-invalid-issuer")]
    [InlineData(400, "invalid_audience", Outcome.Unauthorized, "set-invalid-audience")]
    [InlineData(400, "authentication_failed", Outcome.Unauthorized, "set-authentication-failed")]
    [InlineData(400, "access_denied", Outcome.Unauthorized, "set-access-denied")]
    [InlineData(401, "", Outcome.Unauthorized, "http-401")]
    [InlineData(403, "", Outcome.Unauthorized, "http-403")]
    [InlineData(404, "", Outcome.Unauthorized, "http-404")]
    [InlineData(302, "", Outcome.Rejected, "http-302")]
    [InlineData(413, "", Outcome.Rejected, "http-413")]
    [InlineData(500, "", Outcome.Transient, "http-500")]
    public async Task An_answer_means(int status, string error, Outcome outcome, string code)
    {
        await using var story = await SignalStory.Begin();
        story.Receiver.Answer = Answer(status, error.Length == 0 ? "" : Refusal.Replace("ERR", error, StringComparison.Ordinal));

        var report = await story.Host.Run(story.Step(StepAction.DisableAccount));

        Assert.Equal((outcome, code), (report.Outcome, report.Code));
        Assert.Equal(error.Length > 0, report.Message!.Contains($"{error}: because of it", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Who_asks_for_patience_says_until_when(int status)
    {
        await using var story = await SignalStory.Begin();
        story.Receiver.Answer = WebhookTarget.Status(status, ("Retry-After", "3600"));

        var report = await story.Host.Run(story.Step(StepAction.DisableAccount));

        Assert.Equal(Outcome.Throttled, report.Outcome);
        Assert.InRange(report.RetryAt!.Value, TimeProvider.System.GetUtcNow().AddMinutes(50), TimeProvider.System.GetUtcNow().AddMinutes(61));
    }

    [Fact]
    public async Task No_answer_is_no_proof_and_no_failure()
    {
        await using var story = await SignalStory.Begin();
        story.Receiver.Answer = WebhookTarget.Hang;

        var report = await story.Host.Run(story.Step(StepAction.DisableAccount));

        Assert.Equal((Outcome.Indeterminate, "no-answer"), (report.Outcome, report.Code));
        Assert.Single(report.Snapshots);
    }

    [Fact]
    public async Task What_a_receiver_repeats_of_our_secrets_is_told_to_nobody()
    {
        const string Variable = "DEPROVISIONER_TEST_SIGNAL_TOKEN";
        Environment.SetEnvironmentVariable(Variable, SignalStory.Token);
        await using var target = await WebhookTarget.StartAsync();
        target.Answer = Answer(400, Refusal.Replace("because of it", $"Bearer {SignalStory.Token} is no friend", StringComparison.Ordinal));
        var secrets = new ReferenceSecrets();
        await using var connector = (SharedSignalsConnector)new SharedSignalsKind().Open(
            SignalStory.With(target.Url, new Dictionary<string, string> { ["token"] = $"${{env:{Variable}}}" }), secrets, TimeProvider.System);

        var refused = await Assert.ThrowsAsync<Deprovisioner.Connectors.Sdk.SystemFaultException>(() => connector.TellAsync(new("1", new SagaId(Guid.NewGuid()), StepAction.DisableAccount, "ada@example.test"), default));

        Assert.DoesNotContain(SignalStory.Token, refused.ToString(), StringComparison.Ordinal);
        Assert.Contains("[redacted] is no friend", refused.Fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"state": "waiting"}""", Outcome.Accepted, "not-fetched")]
    [InlineData("""{"state": "acknowledged"}""", Outcome.Changed, "by-answer")]
    [InlineData("""{"state": "refused", "err": "invalid_request", "description": "no such user"}""", Outcome.Rejected, "set-invalid-request")]
    [InlineData("""{"state": "refused", "err": "invalid_key"}""", Outcome.Unauthorized, "set-invalid-key")]
    [InlineData("""{"hello": "world"}""", Outcome.Unauthorized, "misconfigured")]
    [InlineData("no JSON", Outcome.Unauthorized, "misconfigured")]
    public async Task A_token_that_is_to_be_fetched_is_done_when_the_receiver_has_it(string state, Outcome outcome, string code)
    {
        await using var story = await SignalStory.Begin(more: ("delivery", "poll"));
        story.Receiver.Answer = Console(state);
        var step = story.Step(StepAction.DisableAccount);

        var report = await story.Host.Run(step);

        Assert.Equal((outcome, code), (report.Outcome, report.Code));
        Assert.Equal(["POST /events", $"GET /events/{step.StepId}"], story.Receiver.Requests.Select(r => $"{r.Method} {r.Path}"));
    }

    [Theory]
    [InlineData("""{"state": "waiting"}""", false)]
    [InlineData("""{"state": "refused", "err": "invalid_request"}""", false)]
    [InlineData(null, true)]
    public async Task What_waits_is_asked_about_and_brought_again_only_where_it_is_lost(string? state, bool broughtAgain)
    {
        await using var story = await SignalStory.Begin(more: ("delivery", "poll"));
        story.Receiver.Answer = Console(state);

        await story.Host.Run(story.Step(StepAction.DisableAccount) with { Pending = true, Attempt = 2 });

        Assert.Equal(broughtAgain ? 1 : 0, story.Told.Count);
    }

    [Theory]
    [InlineData(400, Refusal, true, true)]
    [InlineData(400, """{"err": "invalid_issuer"}""", true, true)]
    [InlineData(400, """{"err": "authentication_failed"}""", true, false)]
    [InlineData(401, "", true, false)]
    [InlineData(404, "", true, false)]
    [InlineData(202, "", true, false)]
    public async Task A_check_tells_of_nobody_and_says_whether_we_are_let_in(int status, string body, bool reachable, bool letIn)
    {
        await using var story = await SignalStory.Begin();
        story.Receiver.Answer = Answer(status, body);

        var check = await story.Host.Check();

        Assert.Equal(reachable, check.Reachable);
        Assert.Equal(letIn, check.Findings.Single(f => f.Subject == "lets us in").Ok);
        Assert.Equal("", Assert.Single(story.Receiver.Requests).Body);
        Assert.DoesNotContain("\"d\"", SignalStory.KeyIn(check), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"waiting": 3}""", true)]
    [InlineData("""{"hello": "world"}""", false)]
    public async Task A_check_of_a_stream_says_how_many_wait(string body, bool good)
    {
        await using var story = await SignalStory.Begin(more: ("delivery", "poll"));
        story.Receiver.Answer = Answer(200, body);

        var check = await story.Host.Check();

        Assert.Equal(good, check.Findings.All(f => f.Ok));
        Assert.Equal(good, check.Findings.Any(f => f.Subject == "stream of the console, 3 waiting"));
        Assert.Empty(story.Told);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_a_finding()
    {
        await using var story = await SignalStory.Begin(more: ("url", $"http://127.0.0.1:{LoopbackPort.Free()}"));

        var check = await story.Host.Check();

        Assert.False(check.Reachable);
        Assert.Contains("cannot be reached", check.Findings[^1].Remedy, StringComparison.Ordinal);
    }

    private static Func<HttpContext, Task> Answer(int status, string body) => async context =>
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body);
    };

    /// <param name="state">What it says of a token; null: it has none.</param>
    private static Func<HttpContext, Task> Console(string? state)
        => context => (context.Request.Method, state) switch
        {
            ("POST", _) => Answer(202, "")(context),
            (_, null) => Answer(404, "")(context),
            var (_, said) => Answer(200, said)(context),
        };
}
