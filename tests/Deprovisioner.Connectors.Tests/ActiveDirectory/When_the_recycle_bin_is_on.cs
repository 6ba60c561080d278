using Deprovisioner.Connectors.ActiveDirectory;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.ActiveDirectory;

/// <summary>
/// A forest of its own, since what is turned on here stays on. Samba keeps deleted objects whole then, and cannot bring them back: its undelete takes isRecycled away, which stands on tombstones only. So what is shown is all but that.
/// </summary>
public sealed class When_the_recycle_bin_is_on : IAsyncLifetime
{
    private SambaDomainController server = null!;

    public async Task InitializeAsync()
    {
        server = await SambaDomainController.StartAsync();
        await server.EnableRecycleBin();
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task The_check_and_the_evidence_say_so_and_a_controller_that_refuses_is_told_of()
    {
        var dn = await server.AddAccount("ada", more: "mail: ada@example.test");
        await server.AddGroup("ada-group", dn);
        var settings = Domains.Settings(server);
        await using var host = new ConformanceHost(new ActiveDirectoryKind(), settings);
        Assert.EndsWith("recycle bin on, deleted objects seen", (await host.Check()).Version, StringComparison.Ordinal);

        var deleted = await host.Run(ConformanceHost.Command(settings, StepAction.DeleteAccount, "ada@example.test"));
        Assert.Equal("on", Assert.Single(deleted.Evidence).Before["recycleBin"]);
        var snapshot = Assert.Single(deleted.Snapshots);
        Assert.True(snapshot.Recoverable);

        await using var connector = (ActiveDirectoryConnector)server.Connect();
        var kept = await connector.ReadDeletedAsync(snapshot.AccountId, default);
        Assert.Equal((true, false, "CN=ada,OU=People,DC=corp,DC=example,DC=test"), (kept!.Deleted, kept.Enabled, kept.Account.Name));

        var restored = await host.Run(ConformanceHost.Command(settings, StepAction.RestoreAccount, "ada@example.test") with { Snapshots = [snapshot] });
        Assert.Equal((Outcome.Rejected, "ldap-16"), (restored.Outcome, restored.Code));
    }
}
