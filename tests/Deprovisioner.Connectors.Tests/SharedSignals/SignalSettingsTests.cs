using System.Security.Cryptography;
using Deprovisioner.Connectors.SharedSignals;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.SharedSignals;

/// <summary>Keys that sign, and settings that cannot be used.</summary>
public sealed class SignalSettingsTests
{
    public static TheoryData<string, string> Unusable()
    {
        using var weak = RSA.Create(1024);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var publicRsa = RSA.Create(2048);
        using var publicHalf = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new()
        {
            { "signingKey", "gibberish" },
            { "signingKey", weak.ExportPkcs8PrivateKeyPem() },
            { "signingKey", other.ExportPkcs8PrivateKeyPem() },
            { "signingKey", publicHalf.ExportSubjectPublicKeyInfoPem() },
            { "signingKey", publicRsa.ExportSubjectPublicKeyInfoPem() },
            { "url", "http://crm.example.test/events" },
            { "url", "https://user:secret@crm.example.test/events" },
            { "url", "gibberish" },
            { "token", "two\nlines" },
            { "subjectFormat", "telepathy" },
            { "delivery", "pigeon" },
        };
    }

    [Theory]
    [MemberData(nameof(Unusable))]
    public void What_cannot_be_used_is_told_by_its_key_and_not_its_value(string key, string value)
    {
        var fault = Assert.Throws<SystemFaultException>(() => Open((key, value))).Fault;

        Assert.Equal((Outcome.Unauthorized, Fault.Misconfigured), (fault.Outcome, fault.Code));
        Assert.Contains($": {key} ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_issuer_and_subject_need_an_issuer()
        => Assert.Contains("subjectIssuer", Assert.Throws<SystemFaultException>(() => Open(("subjectFormat", "iss-sub"))).Fault.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("RS256", false)]
    [InlineData("RS256", true)]
    [InlineData("ES256", false)]
    [InlineData("ES256", true)]
    public async Task Keys_of_either_kind_and_in_either_form_sign(string algorithm, bool old)
    {
        using var rsa = RSA.Create(2048);
        using var elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = (algorithm, old) switch
        {
            ("RS256", true) => rsa.ExportRSAPrivateKeyPem(),
            ("RS256", _) => rsa.ExportPkcs8PrivateKeyPem(),
            (_, true) => elliptic.ExportECPrivateKeyPem(),
            _ => elliptic.ExportPkcs8PrivateKeyPem(),
        };
        await using var story = await SignalStory.Begin(more: [("signingKey", key), ("keyId", "key-2026")]);

        await story.Host.Run(story.Step(StepAction.DisableAccount));

        var (header, _) = await SignedTokens.Verify(story.Told[0], SignalStory.KeyIn(await story.Host.Check()), SignalStory.Issuer, SignalStory.Audience, "secevent+jwt");
        Assert.Equal((algorithm, "key-2026", "secevent+jwt"), ((string?)header["alg"], (string?)header["kid"], (string?)header["typ"]));
    }

    private static void Open((string Key, string Value) setting)
        => new SharedSignalsKind().Open(SignalStory.With("https://crm.example.test/events", new Dictionary<string, string> { [setting.Key] = setting.Value }), new PlainSecrets(), TimeProvider.System);
}
