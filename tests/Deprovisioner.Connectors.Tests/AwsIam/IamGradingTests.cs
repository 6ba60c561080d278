using System.Globalization;
using System.Xml.Linq;
using Deprovisioner.Connectors.AwsIam;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.AwsIam;

public sealed class IamGradingTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-21T16:00:00Z", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(400, "Throttling", Outcome.Throttled)]
    [InlineData(400, "ThrottlingException", Outcome.Throttled)]
    [InlineData(503, "RequestLimitExceeded", Outcome.Throttled)]
    [InlineData(403, "AccessDenied", Outcome.Unauthorized)]
    [InlineData(400, "AccessDeniedException", Outcome.Unauthorized)]
    [InlineData(403, "InvalidClientTokenId", Outcome.Unauthorized)]
    [InlineData(403, "SignatureDoesNotMatch", Outcome.Unauthorized)]
    [InlineData(403, "ExpiredToken", Outcome.Unauthorized)]
    [InlineData(400, "RequestExpired", Outcome.Unauthorized)]
    [InlineData(403, "OptInRequired", Outcome.Unauthorized)]
    [InlineData(500, "ServiceFailure", Outcome.Transient)]
    [InlineData(500, "InternalFailure", Outcome.Transient)]
    [InlineData(503, "ServiceUnavailable", Outcome.Transient)]
    [InlineData(409, "ConcurrentModification", Outcome.Transient)]
    [InlineData(409, "EntityTemporarilyUnmodifiable", Outcome.Transient)]
    [InlineData(500, "SomethingNew", Outcome.Transient)]
    [InlineData(409, "DeleteConflict", Outcome.Rejected)]
    [InlineData(409, "LimitExceeded", Outcome.Rejected)]
    [InlineData(400, "ValidationError", Outcome.Rejected)]
    [InlineData(400, "MalformedPolicyDocument", Outcome.Rejected)]
    public void Each_code_has_its_outcome_whatever_its_status(int status, string code, Outcome outcome)
    {
        var fault = Grade(status, code, "said so");

        Assert.Equal((outcome, $"iam-{code}"), (fault.Outcome, fault.Code));
        Assert.Contains("said so", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, Outcome.Unauthorized)]
    [InlineData(403, Outcome.Unauthorized)]
    [InlineData(429, Outcome.Throttled)]
    [InlineData(503, Outcome.Throttled)]
    [InlineData(502, Outcome.Transient)]
    [InlineData(301, Outcome.Rejected)]
    [InlineData(400, Outcome.Rejected)]
    public void What_has_no_code_is_graded_by_its_status(int status, Outcome outcome)
    {
        using var answer = new HttpResponseMessage();

        var fault = IamGrading.Of(status, answer.Headers, null, Now, t => t);

        Assert.Equal((outcome, $"http-{status}"), (fault.Outcome, fault.Code));
    }

    [Fact]
    public void A_throttle_under_another_code_is_one_too()
        => Assert.Equal(Outcome.Throttled, Grade(400, "ClientError", "Rate exceeded").Outcome);

    [Theory]
    [InlineData("2026-11-21T16:20:00Z", "20 min behind")]
    [InlineData("2026-11-21T15:40:00Z", "20 min ahead of")]
    [InlineData("2026-11-21T16:04:00Z", null)]
    public void A_clock_that_is_far_off_is_told(string theirs, string? said)
    {
        using var answer = new HttpResponseMessage();
        answer.Headers.Date = DateTimeOffset.Parse(theirs, CultureInfo.InvariantCulture);
        var error = new XElement("Error", new XElement("Code", "SignatureDoesNotMatch"), new XElement("Message", "Signature expired"));

        var message = IamGrading.Of(403, answer.Headers, error, Now, t => t).Message;

        Assert.Equal(said is not null, message.Contains("clock", StringComparison.Ordinal));
        Assert.Contains(said ?? "expired", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_code_that_is_none_is_not_told_and_a_secret_is_taken_out_before_the_text_is_cut()
    {
        Assert.Equal("http-400", Grade(400, "<b>no code</b>", "x").Code);
        Assert.DoesNotContain("secre", Grade(400, "ValidationError", new string('x', 295) + "secret").Message, StringComparison.Ordinal);
    }

    private static Fault Grade(int status, string code, string message)
    {
        using var answer = new HttpResponseMessage();
        return IamGrading.Of(status, answer.Headers, new XElement("Error", new XElement("Code", code), new XElement("Message", message)), Now, t => t.Replace("secret", "[redacted]", StringComparison.Ordinal));
    }
}
