using Deprovisioner.Connectors.Redis;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Redis;

/// <summary>Short words for stories about users of one system.</summary>
internal static class RedisUsers
{
    public static ConformanceHost Host(SystemSettings settings) => new(new RedisKind(), settings, ConformanceHost.Patient);

    public static async Task<StepReport> Run(this SystemSettings settings, StepAction action, string name, EntitlementSelection? selection = null, IReadOnlyList<AccountSnapshot>? snapshots = null)
    {
        await using var host = Host(settings);
        return await host.Run(ConformanceHost.Command(settings, action, name) with { Selection = selection, Snapshots = snapshots ?? [] });
    }

    public static IConnector Open(this SystemSettings settings) => new RedisKind().Open(settings, new PlainSecrets(), TimeProvider.System);

    public static async Task<AccountState?> Read(this SystemSettings settings, string name)
    {
        await using var connector = settings.Open();
        return await connector.ReadAsync(name, default);
    }

    /// <summary>The user's line as the server would write it down, without its passwords.</summary>
    public static async Task<string?> Line(this RedisServer server, string name)
        => (await server.Run("ACL", "LIST")).Split('\n').Where(line => line.StartsWith($"user {name} ", StringComparison.Ordinal)).Select(line => string.Join(' ', line.Split(' ').Where(word => word[0] != '#'))).SingleOrDefault();

    public static (Outcome Outcome, string? Code) Ending(this StepReport report) => (report.Outcome, report.Code);
}
