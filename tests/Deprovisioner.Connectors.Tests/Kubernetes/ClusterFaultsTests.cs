using System.Globalization;
using Deprovisioner.Connectors.Kubernetes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Kubernetes;

public sealed class ClusterFaultsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-21T16:00:00Z", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(401, false, Outcome.Unauthorized)]
    [InlineData(401, true, Outcome.Unauthorized)]
    [InlineData(403, false, Outcome.Unauthorized)]
    [InlineData(403, true, Outcome.Rejected)]
    [InlineData(422, true, Outcome.Rejected)]
    [InlineData(429, true, Outcome.Throttled)]
    [InlineData(503, false, Outcome.Throttled)]
    [InlineData(500, true, Outcome.Transient)]
    [InlineData(504, false, Outcome.Transient)]
    [InlineData(302, false, Outcome.Rejected)]
    public void Each_status_has_its_outcome(int status, bool writes, Outcome outcome)
    {
        var fault = Grade(status, writes, "");

        Assert.Equal((outcome, $"http-{status}"), (fault!.Outcome, fault.Code));
    }

    [Fact]
    public void A_name_in_the_message_that_sounds_like_a_throttle_is_none()
        => Assert.Equal(Outcome.Unauthorized, Grade(403, writes: false, Status("Forbidden", "rolebindings \"rate-limit throttled\" is forbidden"))!.Outcome);

    [Fact]
    public void What_the_server_says_is_told_with_its_reason_and_without_secrets()
    {
        var fault = Grade(422, writes: true, Status("Invalid", "cannot change roleRef secret"));

        Assert.Equal("The server answered 422 (Invalid): cannot change roleRef [redacted]", fault!.Message);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("""{"kind":"Status","message":7}""")]
    [InlineData("""{"kind":"Status","kind":"Status","message":"twice"}""")]
    [InlineData("""{"kind":"Pod","message":"no status"}""")]
    public void What_is_no_status_is_not_told(string body) => Assert.Equal("The server answered 400.", Grade(400, writes: false, body)!.Message);

    private static string Status(string reason, string message) => System.Text.Json.JsonSerializer.Serialize(new { kind = "Status", reason, message });

    private static Fault? Grade(int status, bool writes, string body)
    {
        using var answer = new HttpResponseMessage();
        return ClusterFaults.Of(status, answer.Headers, writes, body, Now, text => text.Replace("secret", "[redacted]", StringComparison.Ordinal));
    }
}
