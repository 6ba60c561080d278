using System.Globalization;
using Deprovisioner.Connectors.RabbitMq;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.RabbitMq;

public sealed class ManagementGradingTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-21T16:00:00Z", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(401, Outcome.Unauthorized)]
    [InlineData(403, Outcome.Unauthorized)]
    [InlineData(429, Outcome.Throttled)]
    [InlineData(503, Outcome.Throttled)]
    [InlineData(408, Outcome.Transient)]
    [InlineData(500, Outcome.Transient)]
    [InlineData(502, Outcome.Transient)]
    [InlineData(301, Outcome.Rejected)]
    [InlineData(400, Outcome.Rejected)]
    [InlineData(405, Outcome.Rejected)]
    public void Each_status_has_its_outcome(int status, Outcome outcome)
    {
        var fault = Grade(status, "");

        Assert.Equal((outcome, $"http-{status}"), (fault!.Outcome, fault.Code));
    }

    [Theory]
    [InlineData("""{"error":"bad_request","reason":"vhost_or_user_not_found"}""", "vhost_or_user_not_found")]
    [InlineData("""{"error":"bad_request","reason":["no_such_user","ada"]}""", "no_such_user")]
    public void What_the_server_gives_as_its_reason_is_told(string body, string said)
        => Assert.Contains(said, Grade(400, body)!.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"reason":"\ud800"}""")]
    public void What_cannot_be_read_is_not_told(string body) => Assert.Equal("The server answered 400.", Grade(400, body)!.Message);

    [Fact]
    public void A_secret_that_the_server_repeats_is_taken_out_before_the_text_is_cut()
    {
        var message = Grade(400, $$"""{"reason":"{{new string('x', 295)}}secret"}""")!.Message;

        Assert.DoesNotContain("secre", message, StringComparison.Ordinal);
    }

    [Fact]
    public void When_to_come_back_is_taken_from_the_answer()
    {
        using var answer = new HttpResponseMessage();
        answer.Headers.TryAddWithoutValidation("Retry-After", "30");

        Assert.Equal(Now.AddSeconds(30), ManagementGrading.Of(429, answer.Headers, "", Now, t => t)!.RetryAt);
        Assert.Null(ManagementGrading.Of(204, answer.Headers, "", Now, t => t));
    }

    private static Connectors.Sdk.Fault? Grade(int status, string body)
    {
        using var answer = new HttpResponseMessage();
        return ManagementGrading.Of(status, answer.Headers, body, Now, t => t.Replace("secret", "[redacted]", StringComparison.Ordinal));
    }
}
