using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Ldap;

/// <summary>One slapd for the tests that leave it as it is but for their own entries.</summary>
public sealed class SharedDirectory : IAsyncLifetime
{
    public OpenLdapServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await OpenLdapServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class DirectoryTests : ICollectionFixture<SharedDirectory>
{
    public const string Name = "slapd";
}

/// <summary>Connectors to a test's slapd.</summary>
internal static class Directories
{
    public static readonly IReadOnlyDictionary<string, string> NoFacts = new Dictionary<string, string>();

    /// <summary>A connector, with some settings other than usual; an empty value takes a setting away.</summary>
    public static IConnector Connect(this OpenLdapServer server, string match = "mail", double timeoutSeconds = 10, int concurrency = 4, params (string Key, string Value)[] settings)
        => new LdapKind().Open(Settings(server.Url, match, timeoutSeconds, concurrency, settings), new PlainSecrets(), TimeProvider.System);

    public static SystemSettings Settings(string url, string match = "mail", double timeoutSeconds = 10, int concurrency = 4, params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string>
        {
            ["url"] = url,
            ["bindDn"] = OpenLdapServer.ServiceDn,
            ["password"] = OpenLdapServer.ServicePassword,
            ["baseDn"] = OpenLdapServer.BaseDn,
        };
        foreach (var (key, value) in settings)
        {
            values[key] = value;
        }

        return new SystemSettings
        {
            Name = new SystemName("corp-ldap"),
            Connector = "ldap",
            Values = values,
            Match = new AccountMatch(match, "person.email"),
            Limits = new SystemLimits { Timeout = TimeSpan.FromSeconds(timeoutSeconds), Concurrency = concurrency },
        };
    }

    /// <summary>Reads, acts where the aim is not reached, reads back: what the host does.</summary>
    /// <returns>The state read back, and whether there was anything to do.</returns>
    public static async Task<(AccountState Before, AccountState? After, bool Acted)> Do(this IConnector connector, StepAction action, string accountId, AccountSnapshot? snapshot = null)
    {
        var before = await connector.ReadAsync(accountId, default) ?? throw new InvalidOperationException("No such account.");
        if (AccountGoals.Reached(action, before, snapshot))
        {
            return (before, before, Acted: false);
        }

        await connector.ActAsync(new ActRequest { Action = action, Before = before, Facts = NoFacts, Snapshot = snapshot }, default);
        var after = await connector.ReadAsync(accountId, default);
        Assert.True(AccountGoals.Reached(action, after, snapshot), $"{action} did not reach its aim.");
        return (before, after, Acted: true);
    }

    public static AccountSnapshot Snapshot(this AccountState state)
        => new(state.Account.Id, state.Account.Name, state.Enabled, [.. state.Entitlements.Select(e => e.Id)], state.RestoreAttributes);

    public static async Task<Fault> FaultOf(Func<Task> act) => (await Assert.ThrowsAsync<SystemFaultException>(act)).Fault;

    public sealed class PlainSecrets : ISecrets
    {
        public string Resolve(string text) => text;

        public string Redact(string text) => text;
    }
}
