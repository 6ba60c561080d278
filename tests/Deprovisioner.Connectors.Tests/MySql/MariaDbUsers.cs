using Deprovisioner.Connectors.MySql;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.MySql;

/// <summary>Short words for stories about users of the shared server.</summary>
internal static class MariaDbUsers
{
    public static string Quote(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    public static SystemSettings Settings(this MariaDbFixture fixture) => MariaDbTarget.With(fixture.Server.ConnectionString());

    public static ConformanceHost Host(this MariaDbFixture fixture, string? user = null, string password = "admin")
        => new(new MySqlKind(ServerDialect.MariaDb), user is null ? fixture.Settings() : MariaDbTarget.With(fixture.Server.ConnectionString(user, password)), ConformanceHost.Patient);

    public static async Task<StepReport> Run(this MariaDbFixture fixture, StepAction action, string name, string? admin = null, EntitlementSelection? selection = null, IReadOnlyList<AccountSnapshot>? snapshots = null)
    {
        await using var host = fixture.Host(admin);
        return await host.Run(ConformanceHost.Command(fixture.Settings(), action, name) with { Selection = selection, Snapshots = snapshots ?? [] });
    }

    public static async Task<AccountState?> Read(this MariaDbFixture fixture, string name, string? admin = null)
    {
        await using var connector = fixture.Open(admin);
        return await connector.ReadAsync(name, CancellationToken.None);
    }

    public static IConnector Open(this MariaDbFixture fixture, string? admin = null)
        => new MySqlKind(ServerDialect.MariaDb).Open(admin is null ? fixture.Settings() : MariaDbTarget.With(fixture.Server.ConnectionString(admin, "admin")), new PlainSecrets(), TimeProvider.System);

    /// <summary>All that the server says of one entry's grants, in a stable order, without the password.</summary>
    public static async Task<IReadOnlyList<string>> Grants(this MariaDbFixture fixture, string name, string host)
        => [.. (await fixture.Server.Run($"show grants for {Quote(name)}@{Quote(host)}")).Split('\n').Select(line => line.Split(" IDENTIFIED BY")[0] + (line.EndsWith("WITH GRANT OPTION", StringComparison.Ordinal) ? " WITH GRANT OPTION" : "")).Order(StringComparer.Ordinal)];
}
