using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Hosting;

/// <summary>The configuration changes while steps are under way.</summary>
public sealed class ReplacedSystemsTests
{
    [Fact]
    public async Task What_changed_is_opened_anew_what_did_not_stays_and_the_old_closes_after_its_last_step()
    {
        var kind = new CountedKind();
        await using var systems = new ConnectedSystems([System("crm", "a"), System("ldap", "a")], [kind], new PlainSecrets(), ConformanceHost.Quick, TimeProvider.System);
        var (crm, ldap) = (systems.Find(new("crm"))!, systems.Find(new("ldap"))!);
        var onOldCrm = crm.Borrow();
        await using (var onLdap = ldap.Borrow())
        {
            await systems.ReplaceAsync([System("crm", "b"), System("ldap", "a"), System("mail", "a")]);
        }

        Assert.Same(ldap, systems.Find(new("ldap")));
        Assert.NotSame(crm, systems.Find(new("crm")));
        Assert.NotNull(systems.Find(new("mail")));
        Assert.Equal([], kind.Closed);
        await onOldCrm.DisposeAsync();
        Assert.Equal(["crm a"], kind.Closed);

        // Who found the old one before the change and borrows after it is served once, and nothing stays open.
        var late = crm.Borrow();
        Assert.Equal(["crm a"], kind.Closed);
        await late.DisposeAsync();
        Assert.Equal(["crm a", "crm a"], kind.Closed);

        await systems.ReplaceAsync([System("mail", "a")]);
        Assert.Null(systems.Find(new("ldap")));
        Assert.Equal(["crm a", "crm a", "ldap a"], kind.Closed);
    }

    [Fact]
    public async Task A_list_that_cannot_be_served_changes_nothing()
    {
        await using var systems = new ConnectedSystems([System("crm", "a")], [new CountedKind()], new PlainSecrets(), ConformanceHost.Quick, TimeProvider.System);
        var crm = systems.Find(new("crm"));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await systems.ReplaceAsync([System("crm", "b"), System("x", "a") with { Connector = "unknown" }]));
        Assert.Same(crm, systems.Find(new("crm")));
    }

    [Fact]
    public async Task Any_setting_that_changed_counts_and_not_the_connectors_own_only()
    {
        var before = System("crm", "a") with { Match = new AccountMatch("userName", "person.email") };
        SystemSettings[] changes =
        [
            before with { Observe = true },
            before with { Limits = before.Limits with { Timeout = TimeSpan.FromSeconds(3) } },
            before with { Canary = "canary" },
            before with { Match = new AccountMatch("userName", "person.userName") },
            before with { Values = new Dictionary<string, string> { ["value"] = "a", ["more"] = "b" } },
        ];
        foreach (var changed in changes)
        {
            await using var systems = new ConnectedSystems([before], [new CountedKind()], new PlainSecrets(), ConformanceHost.Quick, TimeProvider.System);
            await systems.ReplaceAsync([changed]);
            Assert.Same(changed, systems.Find(new("crm"))!.Settings);
            await systems.ReplaceAsync([before]);
            Assert.Same(before, systems.Find(new("crm"))!.Settings);
        }
    }

    private static SystemSettings System(string name, string value)
        => new() { Name = new SystemName(name), Connector = "counted", Values = new Dictionary<string, string> { ["value"] = value } };

    private sealed class CountedKind : IConnectorKind
    {
        public List<string> Closed { get; } = [];

        public ConnectorDescription Description { get; } = new("counted", new HashSet<StepAction> { StepAction.ManualTask }, []);

        public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock) => new Counted($"{settings.Name} {settings.Values["value"]}", Closed);
    }

    private sealed class Counted(string name, List<string> closed) : IConnector
    {
        public Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<AccountRef>>([]);

        public Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken) => Task.FromResult<AccountState?>(null);

        public Task ActAsync(ActRequest request, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken) => Task.FromResult(new AccountPage([], null));

        public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(new SystemCheck(true, null, []));

        public ValueTask DisposeAsync()
        {
            closed.Add(name);
            return ValueTask.CompletedTask;
        }
    }
}
