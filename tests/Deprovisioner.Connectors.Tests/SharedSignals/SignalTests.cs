using System.Text.Json.Nodes;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.SharedSignals;

/// <summary>What a receiver is told, of whom, and when nothing.</summary>
public sealed class SignalTests
{
    [Theory]
    [InlineData(StepAction.RevokeSessions, "https://schemas.openid.net/secevent/caep/event-type/session-revoked")]
    [InlineData(StepAction.DisableAccount, "https://schemas.openid.net/secevent/risc/event-type/account-disabled")]
    [InlineData(StepAction.DeleteAccount, "https://schemas.openid.net/secevent/risc/event-type/account-purged")]
    public async Task An_action_is_told_by_a_token_that_the_receiver_can_verify(StepAction action, string type)
    {
        await using var story = await SignalStory.Begin();
        var step = story.Step(action);

        var report = await story.Host.Run(step);

        Assert.Equal((Outcome.Changed, "by-answer"), (report.Outcome, report.Code));
        var request = Assert.Single(story.Receiver.Requests);
        Assert.Equal(("POST", "/events", "application/secevent+jwt", $"Bearer {SignalStory.Token}"), (request.Method, request.Path, request.Headers["Content-Type"], request.Headers["Authorization"]));
        var claims = await story.Verified();
        Assert.Equal((step.StepId.ToString(), step.SagaId.ToString()), ((string?)claims["jti"], (string?)claims["txn"]));
        Assert.Equal("""{"format":"email","email":"ada@example.test"}""", claims["sub_id"]!.ToJsonString());
        Assert.Equal(type, Assert.Single(claims["events"]!.AsObject()).Key);
        Assert.Null(claims["sub"]);
        Assert.Null(claims["exp"]);
        Assert.InRange((long)claims["iat"]!, TimeProvider.System.GetUtcNow().AddMinutes(-5).ToUnixTimeSeconds(), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Revoked_sessions_are_said_to_end_now_by_policy()
    {
        await using var story = await SignalStory.Begin();

        await story.Host.Run(story.Step(StepAction.RevokeSessions));

        var details = (await story.Verified())["events"]!.AsObject().Single().Value!.AsObject();
        Assert.Equal("policy", (string?)details["initiating_entity"]);
        Assert.InRange((long)details["event_timestamp"]!, TimeProvider.System.GetUtcNow().AddMinutes(-5).ToUnixTimeSeconds(), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task A_second_attempt_is_the_same_signal()
    {
        await using var story = await SignalStory.Begin();
        var step = story.Step(StepAction.DisableAccount);

        await story.Host.Run(step);
        await story.Host.Run(step with { Attempt = 2 });

        Assert.Equal([step.StepId.ToString(), step.StepId.ToString()], story.Told.Select(JtiOf));
    }

    [Fact]
    public async Task What_was_told_is_taken_back_of_those_of_whom_it_was_told_whatever_they_are_called_now()
    {
        await using var story = await SignalStory.Begin();
        var disabled = await story.Host.Run(story.Step(StepAction.DisableAccount));

        var restore = story.Step(StepAction.RestoreAccount);
        var report = await story.Host.Run(restore with { Snapshots = disabled.Snapshots, Facts = new Dictionary<string, string> { ["person.email"] = "ada.married@example.test" } });

        Assert.Equal((Outcome.Changed, "by-answer"), (report.Outcome, report.Code));
        var claims = await story.Verified();
        Assert.EndsWith("/account-enabled", Assert.Single(claims["events"]!.AsObject()).Key, StringComparison.Ordinal);
        Assert.Equal(SignalStory.Email, (string?)claims["sub_id"]!["email"]);
    }

    [Fact]
    public async Task Two_subjects_of_one_restore_are_two_signals()
    {
        await using var story = await SignalStory.Begin();
        var restore = story.Step(StepAction.RestoreAccount);

        await story.Host.Run(restore with { Snapshots = [Snapshot("ada@example.test"), Snapshot("ada.admin@example.test"), Snapshot("locked@example.test") with { Enabled = false }] });

        Assert.Equal(2, story.Told.Select(JtiOf).Distinct().Count());
        Assert.Equal(["ada@example.test", "ada.admin@example.test"], story.Told.Select(token => (string?)ClaimsOf(token)["sub_id"]!["email"]));
    }

    [Fact]
    public async Task Ended_sessions_leave_nothing_to_take_back()
    {
        await using var story = await SignalStory.Begin();

        Assert.Empty((await story.Host.Run(story.Step(StepAction.RevokeSessions))).Snapshots);
    }

    [Theory]
    [InlineData("person.userName", null, """{"format":"opaque","id":"ada"}""")]
    [InlineData("person.userName", "iss-sub", """{"format":"iss_sub","iss":"https://login.example.test","sub":"ada"}""")]
    [InlineData("personId", "opaque", """{"format":"opaque","id":"P-1"}""")]
    [InlineData("person.email", "opaque", """{"format":"opaque","id":"ada@example.test"}""")]
    public async Task The_subject_is_said_as_the_receiver_knows_it(string subject, string? format, string said)
    {
        (string, string)[] settings = [("subject", subject), ("subjectIssuer", "https://login.example.test")];
        await using var story = await SignalStory.Begin(more: format is null ? settings : [.. settings, ("subjectFormat", format)]);
        var facts = new Dictionary<string, string> { ["person.userName"] = "ada", ["personId"] = "P-1", ["person.email"] = SignalStory.Email };

        await story.Host.Run(story.Step(StepAction.DisableAccount) with { Facts = facts });

        Assert.Equal(said, ClaimsOf(story.Told[0])["sub_id"]!.ToJsonString());
    }

    [Fact]
    public async Task Hostile_text_is_a_subject_and_nothing_else()
    {
        await using var story = await SignalStory.Begin();
        const string Name = "a\"}},\"events\":{}, \r\n'); DROP TABLE";

        await story.Host.Run(story.Step(StepAction.DisableAccount) with { Facts = new Dictionary<string, string> { ["person.email"] = Name } });

        Assert.Equal(Name, (string?)(await story.Verified())["sub_id"]!["email"]);
    }

    [Fact]
    public async Task Nobody_is_told_of_somebody_who_may_be_another()
    {
        await using var story = await SignalStory.Begin();

        var shared = await story.Host.Run(story.Step(StepAction.DisableAccount) with { SharedFacts = ["person.email"] });
        var unknown = await story.Host.Run(story.Step(StepAction.DisableAccount) with { Facts = new Dictionary<string, string>() });

        var blank = await story.Host.Run(story.Step(StepAction.DisableAccount) with { Facts = new Dictionary<string, string> { ["person.email"] = " " } });

        Assert.Equal((Outcome.Ambiguous, "ambiguous"), (shared.Outcome, shared.Code));
        Assert.Equal((Outcome.Rejected, "no-match-value"), (blank.Outcome, blank.Code));
        Assert.Equal((Outcome.Rejected, "no-match-value"), (unknown.Outcome, unknown.Code));
        Assert.Empty(story.Told);
    }

    [Fact]
    public async Task Nobody_is_told_of_who_is_protected_but_that_they_are_back()
    {
        await using var story = await SignalStory.Begin();
        story.Host.Protected = new ProtectedEntries([], new Dictionary<string, IReadOnlyList<string>> { ["crm-signals"] = [SignalStory.Email] });

        var report = await story.Host.Run(story.Step(StepAction.DisableAccount));
        var back = await story.Host.Run(story.Step(StepAction.RestoreAccount) with { Snapshots = [Snapshot(SignalStory.Email)] });

        Assert.Equal((Outcome.Rejected, ProtectedEntries.AccountCode), (report.Outcome, report.Code));
        Assert.Equal(Outcome.Changed, back.Outcome);
        Assert.Single(story.Told);
    }

    [Fact]
    public async Task Nothing_is_told_where_it_is_only_observed_or_asked()
    {
        await using var observed = await SignalStory.Begin(observe: true);
        await using var asked = await SignalStory.Begin();

        Assert.Equal(Outcome.Observed, (await observed.Host.Run(observed.Step(StepAction.DisableAccount))).Outcome);
        Assert.Equal(Outcome.Observed, (await asked.Host.Run(asked.Step(StepAction.DisableAccount) with { Probe = true })).Outcome);
        Assert.Equal(Outcome.Observed, (await asked.Host.Run(asked.Step(StepAction.DisableAccount) with { Observe = true })).Outcome);
        Assert.Empty(observed.Told);
        Assert.Empty(asked.Told);
    }

    private static AccountSnapshot Snapshot(string subject) => new(subject, subject, Enabled: true, [], new Dictionary<string, string>());

    private static string JtiOf(string token) => (string)ClaimsOf(token)["jti"]!;

    private static JsonObject ClaimsOf(string token) => JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]))!.AsObject();
}
