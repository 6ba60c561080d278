using Deprovisioner.Connectors.Conforming;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Rest;
using Deprovisioner.Connectors.Tests.Scim;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Conformance;

/// <summary>The kit that anybody may run against a system of theirs.</summary>
[Collection(ScimServerTests.Name)]
public sealed class ConformanceKitTests(ScimFixture scim)
{
    [Fact]
    public async Task Good_connectors_pass_and_the_account_is_as_it_was()
    {
        foreach (var target in new ConformanceTarget[] { new ScimTarget(scim.Server), new DeclaredScimTarget(scim.Server) })
        {
            await target.StartAsync();
            var account = await target.NewAccountAsync(StepAction.DisableAccount);
            await using var connector = target.Kind.Open(target.Settings, new PlainSecrets(), TimeProvider.System);
            var id = (await connector.FindAsync(account, default))[0].Id;
            var before = (await connector.ReadAsync(id, default))!;

            var findings = await Run(target.Kind, target.Settings with { Canary = target.Canary, Observe = true }, account);

            Assert.All(findings, f => Assert.Null(f.Fault));
            Assert.Contains(findings, f => f.Action == StepAction.RemoveEntitlements);
            var after = (await connector.ReadAsync(id, default))!;
            Assert.Equal(before.Enabled, after.Enabled);
            Assert.Equal(before.Entitlements.Select(e => e.Id).Order(), after.Entitlements.Select(e => e.Id).Order());
        }
    }

    [Fact]
    public async Task What_cannot_be_put_back_is_done_only_where_it_is_asked_for()
    {
        var system = new ScriptedSystem();
        system.Add("ada");

        var findings = await Run(system, Settings(), "ada");
        Assert.True(system.Accounts["id-1"] is { LiveSessions: 2, Credentials: 1 });
        Assert.DoesNotContain(findings, f => f.Action == StepAction.RevokeSessions);

        findings = await Run(system, Settings(), "ada", StepAction.RevokeSessions);
        Assert.Null(Assert.Single(findings, f => f.Action == StepAction.RevokeSessions).Fault);
        Assert.True(system.Accounts["id-1"] is { LiveSessions: 0, Credentials: 1 });
    }

    [Fact]
    public async Task A_connector_that_says_done_and_does_nothing_is_found_out()
    {
        var system = new ScriptedSystem();
        system.Add("ada");
        system.Before = (call, _, _) => call == "act" ? throw new SystemFaultException(new Fault(Outcome.Rejected, "no", "Never.")) : Task.CompletedTask;

        var findings = await Run(system, Settings(), "ada");

        Assert.Contains(findings, f => f is { Action: StepAction.DisableAccount, Case: "Running it twice changes something once", Fault: not null });
        Assert.Contains(findings, f => f is { Action: null, Fault: null });
    }

    [Fact]
    public async Task A_list_that_lacks_the_account_is_found_out()
    {
        var system = new ScriptedSystem();
        var ada = system.Add("ada").Account.Id;
        system.Before = (call, _, _) =>
        {
            if (call == "list")
            {
                system.Accounts[ada] = system.Accounts[ada] with { Account = new AccountRef("another", "ada") };
            }

            return Task.CompletedTask;
        };

        Assert.Contains(await Run(system, Settings(), "ada"), f => f is { Case: "The list has every account once, and this one", Fault: "The account is not in the list." });
    }

    private static SystemSettings Settings() => new()
    {
        Name = new SystemName("memory"),
        Connector = "scripted",
        Values = new Dictionary<string, string>(),
        Match = new AccountMatch("name", "person.userName"),
    };

    private static async Task<IReadOnlyList<ConformanceFinding>> Run(IConnectorKind kind, SystemSettings system, string account, params StepAction[] once)
    {
        var kit = ConformanceKit.For(kind, system, new PlainSecrets(), TimeProvider.System, account, new Dictionary<string, string>());
        var findings = new List<ConformanceFinding>();
        await foreach (var finding in kit.RunAsync(once, default))
        {
            findings.Add(finding);
        }

        return findings;
    }
}
