using Deprovisioner.Connectors.Scim;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Scim;

/// <summary>Opens the connector as a configured system does.</summary>
internal static class ScimSystem
{
    public static readonly IReadOnlyDictionary<string, string> NoFacts = new Dictionary<string, string>();

    public static IConnector Open(
        string url, string token, IReadOnlyDictionary<string, string>? more = null, string? match = null, TimeSpan? timeout = null, TimeProvider? clock = null)
    {
        var values = new Dictionary<string, string> { ["url"] = url, ["token"] = "${env:SCIM}" };
        foreach (var (key, value) in more ?? new Dictionary<string, string>())
        {
            values[key] = value;
        }

        var settings = new SystemSettings
        {
            Name = new SystemName("crm"),
            Connector = "scim",
            Values = values.Where(v => v.Value.Length > 0).ToDictionary(),
            Match = new AccountMatch(match, "person.userName"),
            Limits = new SystemLimits { Timeout = timeout ?? TimeSpan.FromSeconds(10) },
        };
        return new ScimKind().Open(settings, new OneSecret(token), clock ?? TimeProvider.System);
    }

    /// <summary>Acts on what is read now, as the host does.</summary>
    public static async Task ActAsync(this IConnector connector, StepAction action, string id, AccountSnapshot? snapshot = null)
    {
        var before = await connector.ReadAsync(id, default) ?? throw new InvalidOperationException($"No account {id}.");
        await connector.ActAsync(new ActRequest { Action = action, Before = before, Facts = NoFacts, Snapshot = snapshot }, default);
    }

    public static AccountSnapshot Snapshot(this AccountState state)
        => new(state.Account.Id, state.Account.Name, state.Enabled, [.. state.Entitlements.Select(e => e.Id)], state.RestoreAttributes);

    public static async Task<Fault> FaultOf(Func<Task> act) => (await Assert.ThrowsAsync<SystemFaultException>(act)).Fault;

    private sealed class OneSecret(string value) : ISecrets
    {
        public string Resolve(string text) => text.Replace("${env:SCIM}", value, StringComparison.Ordinal);

        public string Redact(string text) => text.Replace(value, "[redacted]", StringComparison.Ordinal);
    }
}
