using Deprovisioner.Connectors.ManageSieve;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.ManageSieve;

public sealed class When_the_connection_is_not_private
{
    [Fact]
    public async Task Encryption_is_asked_for_without_being_told_and_the_servers_certificate_must_be_vouched_for()
    {
        await using var server = await DovecotServer.StartNew(tls: true);
        await server.Put(ManageSieveTarget.CanaryMailbox, "everything", ManageSieveTarget.Forward, active: true);

        await using var trusting = Open(ManageSieveTarget.With(server.Port, startTls: null, caFile: server.Authority));
        Assert.Single((await trusting.ReadAsync(ManageSieveTarget.CanaryMailbox, CancellationToken.None))!.Entitlements);

        foreach (var settings in new[] { ManageSieveTarget.With(server.Port, startTls: null, caFile: server.OtherAuthority), ManageSieveTarget.With(server.Port, startTls: null), ManageSieveTarget.With(server.Port, startTls: null, caFile: server.Authority, host: "localhost") })
        {
            Assert.Equal((Outcome.Unauthorized, Fault.Untrusted), await FaultOf(settings));
        }
    }

    [Fact]
    public async Task A_server_without_encryption_is_told_nothing()
    {
        await using var server = new ScriptedSieve(_ => "OK\r\n");

        Assert.Equal((Outcome.Unauthorized, "managesieve-no-starttls"), await FaultOf(ManageSieveTarget.With(server.Port, startTls: "required")));
        Assert.Empty(server.Received);
    }

    /// <summary>Who stands between could put an answer there that would be taken for one of the encrypted server.</summary>
    [Fact]
    public async Task What_comes_in_the_clear_behind_the_agreement_is_not_taken()
    {
        await using var server = new ScriptedSieve(_ => $"OK\r\n{ScriptedSieve.Greeting}", "\"SASL\" \"PLAIN\"\r\n\"STARTTLS\"\r\nOK\r\n");

        Assert.Equal((Outcome.Rejected, "managesieve-protocol"), await FaultOf(ManageSieveTarget.With(server.Port, startTls: "required")));
        Assert.Equal(["STARTTLS"], server.Received);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("localhost", true)]
    [InlineData("mail.example.test", false)]
    [InlineData("192.0.2.1", false)]
    public void Without_encryption_only_the_same_machine_can_be_asked(string host, bool possible)
    {
        var settings = ManageSieveTarget.With(4190, host: host);

        var fault = Record.Exception(() => ManageSieveSettings.Read(settings, new PlainSecrets())) as SystemFaultException;

        Assert.Equal(possible, fault is null);
        Assert.True(possible || fault!.Fault.Message.Contains("startTls", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("host", "mail.example.test/x")]
    [InlineData("host", "user@mail.example.test")]
    [InlineData("port", "0")]
    [InlineData("port", "65536")]
    [InlineData("port", "+1")]
    [InlineData("user", "a\0b")]
    [InlineData("password", "a\0b")]
    [InlineData("caFile", "/nowhere")]
    public void A_setting_that_cannot_be_used_is_named_without_its_value(string key, string value)
    {
        var settings = ManageSieveTarget.With(4190);
        settings = settings with { Values = settings.Values.Where(pair => pair.Key != key).Append(KeyValuePair.Create(key, value)).ToDictionary() };

        var fault = Assert.Throws<SystemFaultException>(() => ManageSieveSettings.Read(settings, new PlainSecrets())).Fault;

        Assert.Equal(Fault.Misconfigured, fault.Code);
        Assert.Contains($" {key} ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, fault.Message, StringComparison.Ordinal);
    }

    private static IConnector Open(SystemSettings settings) => new ManageSieveKind().Open(settings, new PlainSecrets(), TimeProvider.System);

    private static async Task<(Outcome Outcome, string Code)> FaultOf(SystemSettings settings)
    {
        await using var connector = Open(settings);
        var fault = (await Assert.ThrowsAsync<SystemFaultException>(() => connector.FindAsync(ManageSieveTarget.CanaryMailbox, CancellationToken.None)).WaitAsync(TimeSpan.FromSeconds(20))).Fault;
        return (fault.Outcome, fault.Code);
    }
}
