using System.Globalization;
using System.Text;
using Deprovisioner.Connectors.AwsIam;

namespace Deprovisioner.Connectors.Tests.AwsIam;

/// <summary>
/// Against what AWS published: the example of its guide (https://docs.aws.amazon.com/general/latest/gr/sigv4-create-canonical-request.html, IAM's own ListUsers) and the Signature
/// Version 4 test suite (https://docs.aws.amazon.com/general/latest/gr/signature-v4-test-suite.html, also in https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4).
/// </summary>
public sealed class RequestSignatureTests
{
    private static readonly AwsCredential Example = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null);

    private static readonly DateTimeOffset At = DateTimeOffset.Parse("2015-08-30T12:36:00Z", CultureInfo.InvariantCulture);

    [Fact]
    public void The_example_of_the_guide_is_signed_as_it_says()
    {
        var headers = new Dictionary<string, string>
        {
            ["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8",
            ["Host"] = "iam.amazonaws.com",
            ["X-Amz-Date"] = RequestSignature.Date(At),
        };

        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
            RequestSignature.Authorization(Example, "us-east-1", "iam", At, "GET", "/", "Action=ListUsers&Version=2010-05-08", headers, []));
    }

    [Theory]
    [InlineData("get-vanilla", "GET", "", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("post-vanilla", "POST", "", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("post-x-www-form-urlencoded", "POST", "content-type=application/x-www-form-urlencoded", "Param1=value1", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")]
    [InlineData("get-header-value-trim", "GET", "My-Header1=  value1|My-Header2= \"a   b   c\"", "", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")]
    public void The_suites_requests_are_signed_as_it_says(string name, string method, string more, string body, string signature)
    {
        var headers = new Dictionary<string, string> { ["X-Amz-Date"] = "20150830T123600Z", ["Host"] = "example.amazonaws.com" };
        foreach (var pair in more.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)))
        {
            headers[pair[0]] = pair[1];
        }

        var made = RequestSignature.Authorization(Example, "us-east-1", "service", At, method, "/", "", headers, Encoding.UTF8.GetBytes(body));

        Assert.True(made.EndsWith($"Signature={signature}", StringComparison.Ordinal), $"{name}: {made}");
    }
}
