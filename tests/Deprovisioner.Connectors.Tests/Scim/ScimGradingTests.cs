using System.Net;
using Deprovisioner.Connectors.Scim;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Scim;

public sealed class ScimGradingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 16, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(200, null)]
    [InlineData(201, null)]
    [InlineData(204, null)]
    [InlineData(302, Outcome.Rejected)]
    [InlineData(308, Outcome.Rejected)]
    [InlineData(400, Outcome.Rejected)]
    [InlineData(401, Outcome.Unauthorized)]
    [InlineData(403, Outcome.Unauthorized)]
    [InlineData(404, Outcome.Rejected)]
    [InlineData(405, Outcome.Rejected)]
    [InlineData(408, Outcome.Transient)]
    [InlineData(409, Outcome.Rejected)]
    [InlineData(412, Outcome.Transient)]
    [InlineData(413, Outcome.Rejected)]
    [InlineData(425, Outcome.Transient)]
    [InlineData(429, Outcome.Throttled)]
    [InlineData(500, Outcome.Transient)]
    [InlineData(501, Outcome.Rejected)]
    [InlineData(502, Outcome.Transient)]
    [InlineData(503, Outcome.Throttled)]
    [InlineData(504, Outcome.Transient)]
    public void Each_status_has_one_meaning(int status, Outcome? outcome)
    {
        var fault = Grade(status, "");
        Assert.Equal(outcome, fault?.Outcome);
        Assert.Equal(outcome is null ? null : $"http-{status}", fault?.Code);
    }

    [Theory]
    [InlineData(403, """{"detail":"API rate limit exceeded"}""", null, Outcome.Throttled)]
    [InlineData(400, """{"detail":"Request was throttled."}""", null, Outcome.Throttled)]
    [InlineData(403, """{"detail":"forbidden"}""", "0", Outcome.Throttled)]
    [InlineData(403, """{"detail":"forbidden"}""", "10", Outcome.Unauthorized)]
    [InlineData(403, """{"detail":"not permitted"}""", null, Outcome.Unauthorized)]
    [InlineData(400, """{"scimType":"tooMany","detail":"The filter finds too many"}""", null, Outcome.Rejected)]
    [InlineData(409, """{"detail":"rate limit of what can be said"}""", null, Outcome.Rejected)]
    public void Throttling_is_known_by_its_words_too(int status, string body, string? remaining, Outcome outcome)
        => Assert.Equal(outcome, Grade(status, body, remaining is null ? [] : [("X-RateLimit-Remaining", remaining)])!.Outcome);

    [Theory]
    [InlineData("Retry-After", "120", 120.0)]
    [InlineData("Retry-After", "0", 0.0)]
    [InlineData("Retry-After", "Sat, 21 Nov 2026 16:10:00 GMT", 600.0)]
    [InlineData("Retry-After", "Sat, 21 Nov 2026 15:00:00 GMT", 0.0)]
    [InlineData("Retry-After", "999999999", 86_400.0)]
    [InlineData("Retry-After", "soon", null)]
    [InlineData("Retry-After", "-5", null)]
    [InlineData("X-RateLimit-Reset", "30", 30.0)]
    [InlineData("RateLimit-Reset", "30.5", 30.5)]
    [InlineData("X-Rate-Limit-Reset", "1795276860", 60.0)]
    [InlineData("X-RateLimit-Reset", "1795276860000", 60.0)]
    [InlineData("X-RateLimit-Reset", "1e300", null)]
    [InlineData("X-RateLimit-Reset", "NaN", null)]
    [InlineData("X-RateLimit-Reset", "-1", null)]
    [InlineData("X-Other", "30", null)]
    public void The_time_to_come_back_is_read_in_each_of_its_forms(string header, string value, double? seconds)
        => Assert.Equal(seconds is { } after ? Now.AddSeconds(after) : null, Grade(429, "", (header, value))!.RetryAt);

    [Fact]
    public void The_standards_own_header_goes_before_the_others()
        => Assert.Equal(Now.AddSeconds(5), Grade(429, "", ("Retry-After", "5"), ("X-RateLimit-Reset", "900"))!.RetryAt);

    [Fact]
    public void What_the_server_says_is_kept_short_printable_and_without_secrets()
    {
        var detail = new string('y', 290) + "sec\u0007ret-token\r\n\u202Eevil" + new string('x', 5_000);
        var body = new System.Text.Json.Nodes.JsonObject { ["detail"] = detail, ["scimType"] = "x y<script>" }.ToJsonString();

        var message = Grade(409, body)!.Message;

        Assert.Equal("The server answered 409: " + new string('y', 290) + "[redacted]", message);
    }

    [Theory]
    [InlineData("""["a list"]""")]
    [InlineData("<html>secret-token</html>")]
    [InlineData("""{"detail":{"a":1}}""")]
    public void What_is_no_scim_error_is_not_repeated(string body)
        => Assert.Equal("The server answered 500.", Grade(500, body)!.Message);

    private static Fault? Grade(int status, string body, params (string Name, string Value)[] headers)
    {
        using var answer = new HttpResponseMessage((HttpStatusCode)status);
        foreach (var (name, value) in headers)
        {
            answer.Headers.TryAddWithoutValidation(name, value);
        }

        return ScimGrading.Of(answer.StatusCode, answer.Headers, body, Now, text => text.Replace("secret-token", "[redacted]", StringComparison.Ordinal));
    }
}
