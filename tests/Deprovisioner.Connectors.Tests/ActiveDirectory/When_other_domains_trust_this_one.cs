using Deprovisioner.Connectors.ActiveDirectory;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.ActiveDirectory;

/// <summary>A domain of its own, since every account of it is told of.</summary>
public sealed class When_other_domains_trust_this_one : IAsyncLifetime
{
    private SambaDomainController server = null!;

    public async Task InitializeAsync()
    {
        server = await SambaDomainController.StartAsync();
        await server.AddTrust("trusting.example.test", direction: 1);
        await server.AddTrust("both.example.test", direction: 3);
        await server.AddTrust("trusted.example.test", direction: 2);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Their_groups_are_said_to_be_unseen_until_somebody_says_that_they_are_taken_care_of()
    {
        var dn = await server.AddAccount("ada", more: "mail: ada@example.test");
        await server.AddGroup("ada-group", dn);
        var settings = Domains.Settings(server);
        await using var host = new ConformanceHost(new ActiveDirectoryKind(), settings);
        var finding = Assert.Single((await host.Check()).Findings, f => f.Subject == "other domains");
        Assert.StartsWith("Groups of both.example.test, trusting.example.test may", finding.Remedy, StringComparison.Ordinal);
        var command = ConformanceHost.Command(settings, StepAction.RemoveEntitlements, "ada@example.test");

        var removed = await host.Run(command);
        Assert.Equal((Outcome.Changed, "follow-up"), (removed.Outcome, removed.Code));
        Assert.EndsWith("in any of both.example.test, trusting.example.test.", removed.Message, StringComparison.Ordinal);

        // Nobody is asked twice; the evidence does not forget it.
        var again = await host.Run(command);
        Assert.Equal((Outcome.Already, "both.example.test, trusting.example.test"), (again.Outcome, Assert.Single(again.Evidence).Before["groupsNotSeen"]));

        await using var known = server.Connect(settings: [("otherDomains.0", "Both.example.test"), ("otherDomains.1", "trusting.example.test")]);
        Assert.True(Assert.Single((await known.CheckAsync(default)).Findings, f => f.Subject == "other domains").Ok);
    }
}
