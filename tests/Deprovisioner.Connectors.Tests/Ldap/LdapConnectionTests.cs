using System.Net;
using System.Net.Sockets;
using System.Text;
using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Ldap;

/// <summary>How a connection is made, trusted and refused.</summary>
[Collection(DirectoryTests.Name)]
public sealed class LdapConnectionTests(SharedDirectory shared)
{
    private readonly OpenLdapServer server = shared.Server;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Ldaps_works_where_the_authority_is_trusted(string host)
        => await Works(("url", server.TlsUrl.Replace("127.0.0.1", host, StringComparison.Ordinal)), ("caFile", server.CaFile));

    [Fact]
    public async Task StartTls_works_where_the_authority_is_trusted() => await Works(("startTls", "true"), ("caFile", server.CaFile));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_certificate_of_another_authority_is_refused(bool startTls)
    {
        var fault = await FaultOf(startTls ? ("startTls", "true") : ("url", server.TlsUrl), ("caFile", server.OtherCaFile));

        Assert.Equal((Outcome.Unauthorized, "tls-untrusted"), (fault.Outcome, fault.Code));
        Assert.Contains("RemoteCertificateChainErrors", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_authority_is_not_trusted_unless_told()
        => Assert.Equal("tls-untrusted", (await FaultOf(("url", server.TlsUrl))).Code);

    [Fact]
    public async Task A_certificate_for_another_host_is_refused()
    {
        await using var elsewhere = await OpenLdapServer.StartAsync("DNS:elsewhere.example.test");

        var fault = await FaultOf(("url", elsewhere.TlsUrl), ("caFile", elsewhere.CaFile));

        Assert.Equal("tls-untrusted", fault.Code);
        Assert.Contains("RemoteCertificateNameMismatch", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere/ca.pem")]
    [InlineData("/etc/passwd")]
    public async Task A_file_without_authorities_is_told(string file)
        => Assert.Equal((Outcome.Unauthorized, Fault.Misconfigured), Graded(await FaultOf(("url", server.TlsUrl), ("caFile", file))));

    [Fact]
    public async Task A_wrong_password_is_told_and_never_shown()
    {
        var fault = await FaultOf(("password", "wrong-secret"));

        Assert.Equal((Outcome.Unauthorized, "ldap-49"), Graded(fault));
        Assert.DoesNotContain("wrong-secret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_password_would_sign_in_as_nobody_and_is_refused()
        => Assert.Equal(Fault.Misconfigured, Assert.Throws<SystemFaultException>(() => server.Connect(settings: [("password", "")])).Fault.Code);

    [Theory]
    [InlineData("url", "https://directory.example.test")]
    [InlineData("url", "directory.example.test")]
    [InlineData("startTls", "perhaps")]
    [InlineData("disable", "magic")]
    [InlineData("url", "ldap://ada:secret@directory.example.test")]
    [InlineData("idAttribute", "uid=*)(x")]
    [InlineData("idAttribute", "USERPASSWORD")]
    [InlineData("idAttribute", "userPassword;lang-de")]
    public void A_setting_that_cannot_be_used_is_named(string key, string value)
    {
        var fault = Assert.Throws<SystemFaultException>(() => server.Connect(settings: [(key, value)])).Fault;

        Assert.Equal((Outcome.Unauthorized, Fault.Misconfigured), Graded(fault));
        Assert.Contains(key, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_credential_cannot_be_the_lock_since_its_value_would_stand_in_the_evidence()
    {
        (string, string)[] settings = [("disable", "attribute"), ("disableAttribute", "userPassword"), ("disableValue", "!"), ("credentialAttributes.0", "sshPublicKey")];

        Assert.Contains("disableAttribute", Assert.Throws<SystemFaultException>(() => server.Connect(settings: settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_is_no_text_is_told_before_an_account_seems_to_be_gone()
    {
        var mail = $"{Guid.NewGuid():N}@example.test";
        await server.AddPerson(mail, mail: mail, more: "jpegPhoto:: //4B");

        await using var connector = server.Connect(settings: ("idAttribute", "jpegPhoto"));
        Assert.Equal((Outcome.Unauthorized, "id-not-text"), Graded(await Directories.FaultOf(() => connector.FindAsync(mail, default))));
    }

    [Fact]
    public async Task A_base_that_is_not_there_is_no_absent_account()
        => Assert.Equal((Outcome.Unauthorized, "ldap-32"), Graded(await FaultOf(("baseDn", "dc=other,dc=test"))));

    [Fact]
    public async Task An_unusable_account_filter_is_told()
        => Assert.Equal((Outcome.Rejected, "ldap-filter"), Graded(await FaultOf(("accountFilter", "((("))));

    [Fact]
    public async Task A_right_that_is_missing_is_told()
    {
        var dn = await server.AddPerson("rights-" + Guid.NewGuid().ToString("N"));
        await using var reader = server.Connect(settings: [("bindDn", OpenLdapServer.ReaderDn), ("password", OpenLdapServer.ReaderPassword)]);

        var fault = await Directories.FaultOf(async () => await reader.Do(StepAction.DisableAccount, await server.EntryUuid(dn)));

        Assert.Equal((Outcome.Unauthorized, "ldap-50"), Graded(fault));
    }

    [Fact]
    public async Task Nobody_listening_is_unreachable()
        => Assert.Equal((Outcome.Transient, Fault.Unreachable), Graded(await FaultOf(("url", $"ldap://127.0.0.1:{LoopbackPort.Free()}"))));

    [Fact]
    public async Task Without_StartTls_there_nothing_is_said()
    {
        // ExtendedResponse (RFC 4511, section 4.12) with result 2, protocolError: no such operation.
        using var refusing = new ScriptedServer([0x30, 0x0c, 0x02, 0x01, 0x01, 0x78, 0x07, 0x0a, 0x01, 0x02, 0x04, 0x00, 0x04, 0x00]);

        var fault = await FaultOf(("url", refusing.Url), ("startTls", "true"));

        Assert.Equal((Outcome.Unauthorized, "starttls-refused"), Graded(fault));
        Assert.DoesNotContain(OpenLdapServer.ServicePassword, Encoding.Latin1.GetString(await refusing.Heard), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_else_than_a_directory_is_unreachable()
    {
        using var web = new ScriptedServer("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        Assert.Equal((Outcome.Transient, Fault.Unreachable), Graded(await FaultOf(("url", web.Url))));
    }

    [Fact]
    public async Task A_stranger_on_the_relays_port_gets_nothing_through()
    {
        var upstream = new MemoryStream();
        using var tunnel = new LdapTunnel(upstream);
        using var stranger = new TcpClient();
        await stranger.ConnectAsync(IPAddress.Loopback, tunnel.Port);
        await stranger.GetStream().WriteAsync(LdapWire.SimpleBind(1, "cn=x", "y"));

        await Assert.ThrowsAsync<IOException>(() => tunnel.AcceptAsync(default));

        Assert.False(tunnel.Alive);
        Assert.Empty(upstream.ToArray());
    }

    [Fact]
    public async Task The_relay_takes_one_connection_only()
    {
        using var session = new Closing(await LdapSession.OpenAsync(Read().Server, TimeProvider.System, default));
        using var second = new TcpClient();

        await Assert.ThrowsAnyAsync<SocketException>(() => second.ConnectAsync(IPAddress.Loopback, session.Session.RelayPort));
    }

    [Fact]
    public async Task A_change_names_the_entry_that_was_read_and_hits_no_other()
    {
        var dn = await server.AddPerson("swap-" + Guid.NewGuid().ToString("N"), password: "hers");
        using var session = new Closing(await LdapSession.OpenAsync(Read().Server, TimeProvider.System, default));
        var entry = (await new LdapAccounts(session.Session, Read()).EntryAsync(await server.EntryUuid(dn), default))!;
        await server.Modify($"dn: {dn}\nchangetype: delete");
        await server.AddPerson(dn.Split(',')[0][3..], password: "another");

        var fault = await Directories.FaultOf(() => new LdapChanges(session.Session, Read()).DeleteAsync(entry, _ => { }, default));

        Assert.Equal((Outcome.Transient, "ldap-122"), Graded(fault));
        Assert.True(await server.CanSignIn(dn, "another"));
    }

    private LdapSettings Read() => LdapSettings.From(Directories.Settings(server.Url), new Directories.PlainSecrets());

    private async Task Works(params (string Key, string Value)[] settings)
    {
        await using var connector = server.Connect(settings: settings);
        Assert.Empty(await connector.FindAsync("nobody@example.test", default));
    }

    private async Task<Fault> FaultOf(params (string Key, string Value)[] settings)
    {
        await using var connector = server.Connect(settings: settings);
        return await Directories.FaultOf(() => connector.FindAsync("nobody@example.test", default));
    }

    private static (Outcome Outcome, string Code) Graded(Fault fault) => (fault.Outcome, fault.Code);

    private sealed record Closing(LdapSession Session) : IDisposable
    {
        public void Dispose() => Session.Close();
    }
}
