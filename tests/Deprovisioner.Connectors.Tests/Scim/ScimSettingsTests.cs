using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Scim;

public sealed class ScimSettingsTests
{
    [Theory]
    [InlineData("url", "ftp://crm.example.test/", "url")]
    [InlineData("url", "https://ada:secret@crm.example.test/", "url")]
    [InlineData("url", "https://crm.example.test/?tenant=1", "url")]
    [InlineData("url", "crm", "url")]
    [InlineData("patch", "sometimes", "patch")]
    [InlineData("groupsFrom", "x", "groupsFrom")]
    [InlineData("memberRemoval", "all", "memberRemoval")]
    [InlineData("caFile", "/no/such/file.pem", "caFile")]
    [InlineData("user", "ada", "token")]
    [InlineData("token", "", "token")]
    public void What_is_wrong_is_named(string key, string value, string named)
    {
        var fault = Assert.Throws<SystemFaultException>(() => Open(new() { [key] = value })).Fault;
        Assert.Equal((Outcome.Unauthorized, Fault.Misconfigured), (fault.Outcome, fault.Code));
        Assert.Contains(named, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("userName eq")]
    [InlineData("userName\" or \"")]
    [InlineData("emails[type eq \"work\"]")]
    [InlineData("")]
    [InlineData("a.b.c")]
    public void A_match_attribute_that_is_none_is_refused(string match)
        => Assert.Throws<SystemFaultException>(() => ScimSystem.Open("https://crm.example.test", "t", match: match));

    [Theory]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    [InlineData("tokén")]
    public void A_token_that_cannot_be_one_is_refused_and_not_shown(string token)
    {
        var error = Assert.Throws<SystemFaultException>(() => ScimSystem.Open("https://crm.example.test", token));
        Assert.DoesNotContain(token, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_and_a_password_are_sent_as_HTTP_Basic()
    {
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                script.Expect("GET", "/Users/7").Reply(404);
                Assert.Null(await connector.ReadAsync("7", default));
            },
            new Dictionary<string, string> { ["token"] = "", ["user"] = "ada", ["password"] = "p:ä" },

            // RFC 7617 section 2.1: UTF-8.
            authorization: "Basic YWRhOnA6w6Q=");
    }

    [Fact]
    public async Task A_private_authority_is_trusted_only_where_it_is_named()
    {
        using var folder = new TemporaryFolder("scim-tls");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=scim test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var file = folder.Write("ca.pem", certificate.ExportCertificatePem());

        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                Assert.StartsWith("https://", script.Url, StringComparison.Ordinal);
                script.Expect("GET", "/Users/7").Reply(404);
                Assert.Null(await connector.ReadAsync("7", default));

                await using var trustless = ScimSystem.Open(script.Url, ScriptedScim.Token);
                var fault = await ScimSystem.FaultOf(() => trustless.ReadAsync("7", default));
                Assert.Equal((Outcome.Unauthorized, Fault.Untrusted), (fault.Outcome, fault.Code));
            },
            new Dictionary<string, string> { ["caFile"] = file },
            certificate: certificate);
    }

    private static IConnector Open(Dictionary<string, string> values)
        => ScimSystem.Open("https://crm.example.test/scim/v2", "t", values);
}
