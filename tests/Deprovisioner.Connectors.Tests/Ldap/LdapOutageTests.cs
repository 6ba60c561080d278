using System.Diagnostics;
using System.DirectoryServices.Protocols;
using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Ldap;

/// <summary>A server of their own that freezes, stops and comes back.</summary>
public sealed class LdapOutageTests : IAsyncLifetime
{
    private OpenLdapServer server = null!;
    private IConnector connector = null!;
    private string dn = "";

    public async Task InitializeAsync()
    {
        server = await OpenLdapServer.StartAsync();
        dn = await server.AddPerson("ann", mail: "ann@example.test", password: "hers");
        connector = server.Connect(concurrency: 2);
    }

    public async Task DisposeAsync()
    {
        await connector.DisposeAsync();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_frozen_server_ends_the_call_in_time_and_a_later_call_works(bool connectedBefore, bool tls)
    {
        await using var asker = tls ? server.Connect(timeoutSeconds: 2, settings: [("url", server.TlsUrl), ("caFile", server.CaFile)]) : server.Connect(timeoutSeconds: 2);
        if (connectedBefore)
        {
            await asker.FindAsync("ann@example.test", default);
        }

        await server.Freeze();
        var watch = Stopwatch.StartNew();
        var fault = await Directories.FaultOf(() => asker.FindAsync("ann@example.test", default));
        // Without the watchdog it would be for ever.
        Assert.InRange(watch.Elapsed.TotalSeconds, 1.9, 20);
        Assert.Equal((Outcome.Transient, "timeout"), (fault.Outcome, fault.Code));

        server.Thaw();
        Assert.Single(await Later(asker));
    }

    [Fact]
    public async Task Many_calls_at_a_frozen_server_all_end_and_give_back_their_slots()
    {
        await using var asker = server.Connect(timeoutSeconds: 1, concurrency: 2);
        await server.Freeze();
        var faults = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Directories.FaultOf(() => asker.FindAsync("ann@example.test", default))));
        server.Thaw();

        // A slot is given back when the connection's thread has ended, and there are two.
        Assert.All(faults, fault => Assert.Equal(Outcome.Transient, fault.Outcome));
        var found = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Later(asker)));
        Assert.All(found, one => Assert.Single(one));
    }

    [Fact]
    public async Task A_change_without_an_answer_is_indeterminate_and_its_thread_ends()
    {
        var settings = LdapSettings.From(Directories.Settings(server.Url, timeoutSeconds: 3), new Directories.PlainSecrets());
        var session = await LdapSession.OpenAsync(settings.Server, TimeProvider.System, default);
        await server.Freeze();

        var fault = await Directories.FaultOf(() => session.SendAsync(new ModifyRequest(dn, settings.Lock.Disable()), LdapEffect.ChangesEntry, default));
        server.Thaw();

        Assert.Equal((Outcome.Indeterminate, Fault.NoAnswer), (fault.Outcome, fault.Code));
        Assert.False(session.Alive);
        await session.Ended.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_change_that_could_not_be_sent_is_only_transient()
    {
        var settings = LdapSettings.From(Directories.Settings(server.Url), new Directories.PlainSecrets());
        var session = await LdapSession.OpenAsync(settings.Server, TimeProvider.System, default);
        await server.Stop();
        await Eventually.True("the connection's end is noticed", () => Task.FromResult(!session.Alive));

        var fault = await Directories.FaultOf(() => session.SendAsync(new ModifyRequest(dn, settings.Lock.Disable()), LdapEffect.ChangesEntry, default));

        Assert.Equal((Outcome.Transient, Fault.Unreachable), (fault.Outcome, fault.Code));
        await server.StartAgain();
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends_at_once()
    {
        await connector.FindAsync("ann@example.test", default);
        await using var patient = server.Connect(timeoutSeconds: 60);
        await patient.FindAsync("ann@example.test", default);
        await server.Freeze();
        using var given = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => patient.FindAsync("ann@example.test", given.Token));

        // Far under the 60 s of its own limit.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.1, 20);
        server.Thaw();
        Assert.Single(await patient.FindAsync("ann@example.test", default));
    }

    [Fact]
    public async Task A_server_that_stopped_is_unreachable_and_works_again_once_it_is_back()
    {
        Assert.Single(await connector.FindAsync("ann@example.test", default));
        await server.Stop();
        var fault = await Directories.FaultOf(() => connector.FindAsync("ann@example.test", default));
        await server.StartAgain();

        Assert.Equal((Outcome.Transient, Fault.Unreachable), (fault.Outcome, fault.Code));
        Assert.Single(await connector.FindAsync("ann@example.test", default));
    }

    [Fact]
    public async Task A_restart_between_two_calls_is_not_noticed()
    {
        Assert.Single(await connector.FindAsync("ann@example.test", default));
        await server.Stop();
        await server.StartAgain();

        Assert.Single(await connector.FindAsync("ann@example.test", default));
    }

    [Fact]
    public async Task A_withdrawn_password_counts_at_the_next_connection()
    {
        Assert.Single(await connector.FindAsync("ann@example.test", default));
        await server.Modify($"dn: {OpenLdapServer.ServiceDn}\nchangetype: modify\nreplace: userPassword\nuserPassword: rotated");
        await server.Stop();
        await server.StartAgain();

        Assert.Equal("ldap-49", (await Directories.FaultOf(() => connector.FindAsync("ann@example.test", default))).Code);
    }

    /// <summary>Once the server has caught up: an asker with little patience may find it still busy.</summary>
    private static Task<IReadOnlyList<AccountRef>> Later(IConnector asker)
        => Eventually.Value<IReadOnlyList<AccountRef>>("the directory to answer again", async () => await asker.FindAsync("ann@example.test", default));
}
