using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Ldap;

[Collection(DirectoryTests.Name)]
public sealed class LdapConformanceTests(SharedDirectory directory) : ConnectorConformance
{
    internal override ConformanceTarget Target => new LdapTarget(directory.Server);

    /// <summary>A UUID is the same in capitals (RFC 4530, section 2.3), and an event may bring it so.</summary>
    [Fact]
    public async Task An_account_that_is_known_by_its_id_in_capitals_is_one_account()
    {
        await using var target = Target;
        var name = await target.NewAccountAsync(StepAction.DisableAccount);
        var id = await directory.Server.EntryUuid($"cn={name},{OpenLdapServer.PeopleDn}");
        await using var host = new ConformanceHost(target.Kind, target.Settings);

        var report = await host.Run(ConformanceHost.Command(target.Settings, StepAction.DisableAccount, name) with { KnownAccountIds = [id.ToUpperInvariant()] });

        Assert.Equal(Outcome.Changed, report.Outcome);
        Assert.Equal(id, Assert.Single(report.Evidence).AccountId);
    }
}
