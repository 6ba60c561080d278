using System.Text;
using Deprovisioner.Core.Notifying;

namespace Deprovisioner.Core.Tests.Notifying;

public sealed class WebhookSignatureTests
{
    /// <summary>The example of the specification's own libraries: https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/python/tests/test_standardwebhooks.py.</summary>
    [Fact]
    public void A_request_is_signed_as_others_sign_it()
    {
        var key = WebhookSignature.Key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            WebhookSignature.Of([key!], "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), Encoding.UTF8.GetBytes("{\"test\": 2432232314}")));
    }

    [Fact]
    public void Two_secrets_make_two_signatures()
    {
        var signatures = WebhookSignature.Of([new byte[24], new byte[32]], "1", DateTimeOffset.UnixEpoch, "x"u8).Split(' ');
        Assert.Equal(2, signatures.Length);
        Assert.All(signatures, s => Assert.StartsWith("v1,", s, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(23, false)]
    [InlineData(24, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(66, false)]
    [InlineData(90, false)]
    public void A_secret_has_24_to_64_bytes(int bytes, bool fits) => Assert.Equal(fits ? bytes : null, WebhookSignature.Key("whsec_" + Convert.ToBase64String(new byte[bytes]))?.Length);

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_no-base-64-at-all-and-no-secret!")]
    [InlineData("")]
    public void A_text_in_another_form_is_none(string secret) => Assert.Null(WebhookSignature.Key(secret));
}
