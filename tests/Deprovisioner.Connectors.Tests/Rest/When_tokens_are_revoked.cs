using System.Collections.Concurrent;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Connectors.Tests.Rest;

/// <summary>
/// OAuth 2.0 Token Revocation (RFC 7009), at an authorization server that lists a person's tokens to its administrators, and has them revoked by the client to which they were issued. A token works until it is revoked, so it stands
/// nowhere that anybody reads.
/// </summary>
public sealed class When_tokens_are_revoked
{
    private const string First = "tGzv3JOkF0XG5Qx2TlKWIA";
    private const string Second = "8xLOxBtZp8+/x~=a";

    /// <summary>The example of the connectors' README.</summary>
    private const string Tokens = """
        credentials:
          refresh-token:
            list: {get: "/admin/users/{id}/tokens", items: "$[*]", secret: $.value}
            remove:
              post: /oauth/revoke
              credential: client
              form: {token: "{item.value}", token_type_hint: refresh_token}
              answers:
                - {status: 400, body: {at: $.error, is: unsupported_token_type}, means: rejected, says: "The server revokes no refresh tokens: end them in its administration."}
        """;

    private const string Client = """
          credential: {bearer: "{settings.token}"}
          credentials: {client: {basic: {user: app, password: "{settings.secret}"}}}
        """;

    private static readonly string Declaration = Declared.Small(
        ("  credential: {bearer: \"{settings.token}\"}", Client),
        ("token: {kind: secret, help: \"Its token.\"}", "token: {kind: secret, help: \"Its token.\"}\n  secret: {kind: secret, help: \"The client's.\"}"),
        ("error: $.message", "error: [$.error_description, $.error]"),
        ("entitlements:", Tokens + "\nentitlements:"));

    private static string Listed => $$"""[{"id": "t1", "value": "{{First}}"}, {"id": "t2", "value": "{{Second}}"}]""";

    [Fact]
    public async Task Each_is_posted_as_a_form_with_the_client_s_own_credential_and_none_is_left()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var host = Host(server, out var logged);
        Reads(server, Listed).Expect("GET /users/7", body: User).Expect("GET /admin/users/7/tokens", body: Listed);

        // RFC 7009 section 2.2: an invalid token is no error either.
        server.Expect("POST /oauth/revoke").Expect("POST /oauth/revoke");
        Reads(server, "[]", found: false);

        var report = await host.Run(Command(server));

        server.Verify();
        Assert.Equal((Outcome.Changed, "2"), (report.Outcome, Assert.Single(report.Evidence).Before["credentials"]));
        var posted = server.Asked.Where(a => a.Line == "POST /oauth/revoke").ToList();
        Assert.Equal($"token={First}&token_type_hint=refresh_token", posted[0].Body);
        Assert.Equal("token=8xLOxBtZp8%2B%2Fx~%3Da&token_type_hint=refresh_token", posted[1].Body.Replace("%7E", "~", StringComparison.Ordinal));
        Assert.All(posted, a => Assert.Equal($"Basic {Convert.ToBase64String("app:client-secret"u8)}", a.Headers["Authorization"]));
        Assert.All(posted, a => Assert.StartsWith("application/x-www-form-urlencoded", a.Headers["Content-Type"], StringComparison.Ordinal));
        Assert.All(server.Asked.Except(posted), a => Assert.Equal("Bearer token-of-the-test", a.Headers["Authorization"]));
        Nowhere(report, logged);
    }

    [Theory]
    [InlineData(400, """{"error": "unsupported_token_type"}""", Outcome.Rejected, "The server revokes no refresh tokens")]
    [InlineData(400, """{"error": "invalid_request", "error_description": "cannot parse tGzv3JOkF0XG5Qx2TlKWIA"}""", Outcome.Rejected, "[redacted]")]
    [InlineData(400, """{"error": "invalid_request", "error_description": "cannot parse token=8xLOxBtZp8%2B%2Fx~%3Da"}""", Outcome.Rejected, "[redacted]")]
    [InlineData(401, """{"error": "invalid_client"}""", Outcome.Unauthorized, "invalid_client")]
    [InlineData(503, "", Outcome.Throttled, "503")]
    public async Task What_the_server_says_instead_is_told_without_the_token(int status, string body, Outcome outcome, string says)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var host = Host(server, out var logged);
        Reads(server, Listed).Expect("GET /users/7", body: User).Expect("GET /admin/users/7/tokens", body: Listed);

        // The second is tried though the first is refused, and another client is not.
        var wait = status == 503 ? new[] { ("Retry-After", "120") } : [];
        server.Expect("POST /oauth/revoke", status, body, wait).Expect("POST /oauth/revoke", status, body, wait);
        Reads(server, Listed, found: false);

        var report = await host.Run(Command(server));

        Assert.Equal(outcome, report.Outcome);
        Assert.Contains(says, report.Message, StringComparison.Ordinal);
        if (status == 503)
        {
            // RFC 7009 section 2.2.1: the client must assume that the token still exists, and may try again.
            Assert.InRange(report.RetryAt!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(120));
        }

        Nowhere(report, logged);
    }

    [Theory]
    [InlineData(1)]

    // So long an answer is cut, and a token at the cut is half a token.
    [InlineData(3_955)]
    public async Task A_record_of_the_exchanges_shows_no_token(int before)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = (IRecordingConnector)server.Open(Declaration, settings: ("secret", "client-secret"));

        var many = $$"""[{"a": "{{new string('x', before)}}", "value": "{{First}}"}]""";
        var record = new List<string>();

        // Whom nobody knows is called otherwise each time.
        server.Expect("GET /users", body: $"[{User}]").Expect("GET /users?mail=nobody", body: "[]").Expect("GET /users", body: $"[{User}]").Expect("GET /users/7", body: User);
        server.Expect("GET /users/7/groups", body: "[]").Expect("GET /admin/users/7/tokens", body: many);

        await connector.CheckAsync(null, record.Add, default);

        var text = string.Concat(record);
        Assert.Contains("/admin/users/7/tokens", text, StringComparison.Ordinal);
        Assert.DoesNotContain(First[..8], text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secret: $.id", "", "entitlements.group.list.secret")]
    [InlineData("secret: $.title", "", "entitlements.group.list.secret")]
    [InlineData("secret: $.value", "{put: \"/groups/{item.value}/members/{id}\"}", "entitlements.group.restore")]
    public void A_secret_that_would_be_kept_is_refused(string secret, string restore, string at)
    {
        var text = Declared.Small(("list: {get: \"/users/{id}/groups\", items: \"$[*]\"}", $"list: {{get: \"/users/{{id}}/groups\", items: \"$[*]\", {secret}}}"));
        text = restore.Length == 0 ? text : text.Replace("{put: \"/groups/{item.id}/members/{id}\"}", restore, StringComparison.Ordinal);

        Assert.Contains(DeclarationReader.Read(text).Faults, fault => fault.Path == at);
    }

    [Theory]
    [InlineData("remove: {delete: \"/groups/{item.id}/members/{id}\", target: membership}", "remove: {delete: \"/groups/{item.id}/members/{id}\", target: membership, credential: nobody}", "entitlements.group.remove.credential")]
    [InlineData("credential: {bearer: \"{settings.token}\"}", "credential: {bearer: \"{settings.token}\"}\n  credentials: {other: {basic: {user: a, password: \"{settings.none}\"}}}", "server.credentials.other.basic.password")]
    [InlineData("credential: {bearer: \"{settings.token}\"}", "credential: {bearer: \"{settings.token}\"}\n  credentials: {other: {certificate: {certificate: a, key: b}}}", "server.credentials.other.certificate")]
    [InlineData("credential: {bearer: \"{settings.token}\"}", "credential: {login: {post: /in, token: $.t, credential: other}}\n  credentials: {other: {bearer: a}}", "server.credential.login.credential")]
    public void A_credential_that_cannot_be_is_refused(string old, string written, string at)
        => Assert.Equal(at, Assert.Single(DeclarationReader.Read(Declared.Small((old, written))).Faults).Path);

    private const string User = """{"id": "7", "login": "ada", "mail": "ada@example.test", "state": "active"}""";

    private static ScriptedServer Reads(ScriptedServer server, string tokens, bool found = true)
    {
        if (found)
        {
            server.Expect("GET /users?mail=ada%40example.test", body: $"[{User}]");
        }

        return server.Expect("GET /users/7", body: User).Expect("GET /users/7/groups", body: "[]").Expect("GET /admin/users/7/tokens", body: tokens);
    }

    private static ConformanceHost Host(ScriptedServer server, out RecordedLog logged)
    {
        logged = new RecordedLog();
        return new ConformanceHost(Declared.Kind(Declaration), Settings(server), log: logged);
    }

    private static SystemSettings Settings(ScriptedServer server) => server.Settings(("secret", "client-secret"));

    private static StepCommand Command(ScriptedServer server)
        => ConformanceHost.Command(Settings(server), StepAction.RevokeCredentials, "ada@example.test");

    private sealed class RecordedLog : ILogger<StepExecutor>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Lines.Enqueue($"{formatter(state, exception)} {exception}");
    }

    private static void Nowhere(StepReport report, RecordedLog logged)
    {
        var all = System.Text.Json.JsonSerializer.Serialize(report) + string.Concat(logged.Lines);
        Assert.DoesNotContain(First, all, StringComparison.Ordinal);
        Assert.DoesNotContain(Second, all, StringComparison.Ordinal);
        Assert.DoesNotContain("8xLOxBtZp8", all, StringComparison.Ordinal);
        Assert.DoesNotContain("client-secret", all, StringComparison.Ordinal);
    }
}
