using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Web;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Deprovisioner.Connectors.Tests.Rest;

public sealed class When_requests_prove_who_sends_them
{
    private const string Bearer = "credential: {bearer: \"{settings.token}\"}";

    private const string OAuth = "credential: {oauth2: {grant: client-credentials, tokenUrl: \"{settings.url}/oauth/token\", clientId: app, clientSecret: \"{settings.token}\", scope: users.write}}";

    [Theory]
    [InlineData("credential: {basic: {user: api, password: \"{settings.token}\"}}", "Authorization", "Basic YXBpOnRva2VuLW9mLXRoZS10ZXN0", "")]
    [InlineData("credential: {headers: {X-Api-Key: \"{settings.token}\"}}", "X-Api-Key", "token-of-the-test", "")]
    [InlineData("credential: {headers: {Authorization: \"SSWS {settings.token}\"}}", "Authorization", "SSWS token-of-the-test", "")]
    [InlineData("credential: {query: {api_key: \"{settings.token}\"}}", "Accept", "application/json", "&api_key=token-of-the-test")]
    public async Task With_a_fixed_secret(string credential, string header, string value, string query)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small((Bearer, credential)));
        server.Expect($"GET /users?mail=x{query}", body: "[]");

        await connector.FindAsync("x", default);

        server.Verify();
        Assert.Equal(value, server.Asked[0].Headers[header]);
    }

    [Fact]
    public async Task With_a_token_that_is_kept_while_it_is_good()
    {
        await using var server = await ScriptedServer.StartAsync();
        var clock = new SetClock();
        await using var connector = server.Open(Declared.Small((Bearer, OAuth)), clock);
        server.Expect("POST /oauth/token", body: """{"access_token": "t1", "token_type": "Bearer", "expires_in": 3600}""").Expect("GET /users?mail=x", body: "[]").Expect("GET /users?mail=x", body: "[]");
        await connector.FindAsync("x", default);
        await connector.FindAsync("x", default);

        clock.Advance(TimeSpan.FromSeconds(3580));
        server.Expect("POST /oauth/token", body: """{"access_token": "t2", "expires_in": 3600}""").Expect("GET /users?mail=x", body: "[]");
        await connector.FindAsync("x", default);

        server.Verify();
        Assert.Equal("grant_type=client_credentials&scope=users.write", server.Asked[0].Body);
        Assert.Equal($"Basic {Convert.ToBase64String("app:token-of-the-test"u8)}", server.Asked[0].Headers["Authorization"]);
        Assert.Equal(["Bearer t1", "Bearer t1", "Bearer t2"], server.Asked.Where(a => a.Line.StartsWith("GET", StringComparison.Ordinal)).Select(a => a.Headers["Authorization"]));
    }

    [Fact]
    public async Task A_token_that_was_revoked_is_asked_for_once_more_and_no_further()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small((Bearer, OAuth)));
        server.Expect("POST /oauth/token", body: """{"access_token": "t1"}""").Expect("GET /users?mail=x", body: "[]");
        await connector.FindAsync("x", default);
        server.Expect("GET /users?mail=x", 401).Expect("POST /oauth/token", body: """{"access_token": "t2"}""").Expect("GET /users?mail=x", 401);

        Assert.Equal(Outcome.Unauthorized, (await Acting.FaultOf(() => connector.FindAsync("x", default))).Outcome);
        server.Verify();
    }

    [Theory]
    [InlineData(400, """{"error": "invalid_client"}""")]
    [InlineData(401, "{}")]
    public async Task A_refused_client_is_the_system_s_trouble(int status, string body)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small((Bearer, OAuth)));
        server.Expect("POST /oauth/token", status, body);

        Assert.Equal(Outcome.Unauthorized, (await Acting.FaultOf(() => connector.FindAsync("x", default))).Outcome);
        server.Verify();
    }

    [Fact]
    public async Task With_a_refresh_token_that_the_server_may_replace()
    {
        await using var server = await ScriptedServer.StartAsync();
        var clock = new SetClock();
        await using var connector = server.Open(
            Declared.Small((Bearer, "credential: {oauth2: {grant: refresh-token, tokenUrl: \"{settings.url}/token\", clientId: app, clientSecret: s, clientAuthentication: post, refreshToken: \"{settings.token}\"}}")), clock);
        server.Expect("POST /token", body: """{"access_token": "t1", "expires_in": 60, "refresh_token": "next"}""").Expect("GET /users?mail=x", body: "[]");
        await connector.FindAsync("x", default);
        clock.Advance(TimeSpan.FromMinutes(2));
        server.Expect("POST /token", body: """{"access_token": "t2", "expires_in": 60}""").Expect("GET /users?mail=x", body: "[]");
        await connector.FindAsync("x", default);

        server.Verify();
        Assert.Equal("grant_type=refresh_token&refresh_token=token-of-the-test&client_id=app&client_secret=s", server.Asked[0].Body);
        Assert.Contains("refresh_token=next", server.Asked[2].Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task With_a_signed_assertion(string algorithm)
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (pem, key) = algorithm == "RS256" ? (rsa.ExportPkcs8PrivateKeyPem(), (SecurityKey)new RsaSecurityKey(rsa)) : (curve.ExportPkcs8PrivateKeyPem(), new ECDsaSecurityKey(curve));
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(
            Declared.Small((
                Bearer,
                $"credential: {{oauth2: {{grant: jwt-bearer, tokenUrl: \"{{settings.url}}/token\", assertion: {{key: \"{{settings.token}}\", algorithm: {algorithm}, keyId: k1, issuer: svc@example.test, subject: admin@example.test, audience: \"{{settings.url}}/token\", claims: {{scope: a b}}}}}}}}")),
            settings: ("token", pem));
        server.Expect("POST /token", body: """{"access_token": "t1"}""").Expect("GET /users?mail=x", body: "[]");

        await connector.FindAsync("x", default);

        server.Verify();
        var form = HttpUtility.ParseQueryString(server.Asked[0].Body);
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", form["grant_type"]);
        var checkedToken = await new JsonWebTokenHandler().ValidateTokenAsync(
            form["assertion"], new TokenValidationParameters { IssuerSigningKey = key, ValidIssuer = "svc@example.test", ValidAudience = $"{server.Url}/token", ValidAlgorithms = [algorithm] });
        Assert.True(checkedToken.IsValid, checkedToken.Exception?.Message);
        Assert.Equal(("admin@example.test", "a b"), ((string)checkedToken.Claims["sub"], (string)checkedToken.Claims["scope"]));
    }

    [Fact]
    public async Task With_a_sign_in_whose_token_stands_in_a_header()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small((
            Bearer, "credential: {login: {post: /auth/tokens, json: {password: \"{settings.token}\"}, tokenHeader: X-Subject-Token}, headers: {X-Auth-Token: \"{token}\"}}")));
        server.Expect("POST /auth/tokens", 201, "{}", ("X-Subject-Token", "s1")).Expect("GET /users?mail=x", body: "[]");

        await connector.FindAsync("x", default);

        server.Verify();
        Assert.Equal("""{"password":"token-of-the-test"}""", server.Asked[0].Body);
        Assert.Equal("s1", server.Asked[1].Headers["X-Auth-Token"]);
        Assert.False(server.Asked[1].Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task With_a_certificate_that_the_server_asks_for()
    {
        using var folder = new TemporaryFolder("mtls");
        await Certificates.Make(folder);
        using var shown = X509Certificate2.CreateFromPemFile(folder["server.pem"], folder["server.key"]);
        using var usable = X509CertificateLoader.LoadPkcs12(shown.Export(X509ContentType.Pkcs12), null);
        string? seen = null;
        await using var server = await ScriptedServer.StartAsync(port => port.UseHttps(https =>
        {
            https.ServerCertificate = usable;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (certificate, _, _) => (seen = certificate.Thumbprint) is not null;
        }));
        await using var connector = server.Open(
            Declared.Small((Bearer, "credential: {certificate: {certificate: \"{settings.token}\", key: \"{settings.key}\"}}"), ("token: {kind: secret, help: \"Its token.\"}", "token: {kind: secret, help: \"Its certificate.\"}\n  key: {kind: secret, help: \"Its key.\"}")),
            settings: [("token", await File.ReadAllTextAsync(folder["server.pem"])), ("key", await File.ReadAllTextAsync(folder["server.key"])), ("caFile", folder["ca.pem"])]);
        server.Expect("GET /users?mail=x", body: "[]");

        await connector.FindAsync("x", default);

        server.Verify();
        Assert.Equal(shown.Thumbprint, seen);
    }

    [Fact]
    public async Task A_secret_that_the_server_repeats_is_told_to_nobody()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = server.Open(Declared.Small((Bearer, OAuth)));
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("app:token-of-the-test"));
        server.Expect("POST /oauth/token", body: """{"access_token": "very-secret-token"}""").Expect("GET /users?mail=x", 422, $$"""{"message": "Bad: very-secret-token {{basic}}"}""");

        var fault = await Acting.FaultOf(() => connector.FindAsync("x", default));

        Assert.DoesNotContain("very-secret-token", fault.ToString(), StringComparison.Ordinal);
        server.Verify();
    }

    [Fact]
    public async Task Recorded_exchanges_show_no_secret()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = (IRecordingConnector)server.Open(Declared.Small((Bearer, OAuth)));
        server.Expect("POST /oauth/token", body: """{"access_token": "very-secret-token", "refresh_token": "other"}""").Expect("GET /users", body: """[{"id": "1", "login": "ada", "apiToken": "abc"}]""");
        server.Expect("GET /users?mail=canary", body: "[]");
        var record = new List<string>();

        await connector.CheckAsync("canary", record.Add, default);

        var text = string.Join('\n', record);
        Assert.Contains("> GET ", text, StringComparison.Ordinal);
        Assert.Contains("\"login\": \"ada\"", text, StringComparison.Ordinal);
        foreach (var secret in new[] { "very-secret-token", "token-of-the-test", "other", "abc", Convert.ToBase64String("app:token-of-the-test"u8) })
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("two\r\nX-Injected: yes")]
    [InlineData("tök")]
    public async Task A_secret_that_no_header_can_hold_is_the_configuration_s_fault_and_not_shown(string token)
    {
        await using var server = await ScriptedServer.StartAsync();

        var fault = Assert.Throws<SystemFaultException>(() => server.Open(Declared.Small(), settings: ("token", token))).Fault;

        Assert.Equal((Outcome.Unauthorized, Fault.Misconfigured), (fault.Outcome, fault.Code));
        Assert.DoesNotContain(token, fault.Message, StringComparison.Ordinal);
    }
}
