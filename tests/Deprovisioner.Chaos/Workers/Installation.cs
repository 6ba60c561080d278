using Deprovisioner.Chaos.Systems;
using Deprovisioner.Testing;
using Npgsql;

namespace Deprovisioner.Chaos.Workers;

/// <summary>The product under test: its file, its processes in separate roles, and its command line.</summary>
internal sealed class Installation : IAsyncDisposable
{
    /// <summary>For one call to a system.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Short, so that what was lost comes again within the run.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(8);

    /// <summary>What a system's step may take in passing failures before it fails for good; then on-call replays.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    /// <summary>Five processes that compile themselves at the same time, on a machine that may have other work.</summary>
    private static readonly TimeSpan StartWithin = TimeSpan.FromMinutes(4);

    private readonly TemporaryFolder folder = new("chaos");
    private readonly Dictionary<string, string?> everything;

    public Installation(Estate estate, TimeProvider clock)
    {
        folder.Write("deprovisioner.yaml", Configuration(estate));
        everything = new Dictionary<string, string?>
        {
            ["ConnectionStrings__Deprovisioner"] = estate.StoreConnection,
            ["ConnectionStrings__RabbitMq"] = new UriBuilder(estate.Broker.Uri) { Port = estate.BrokerLink.Port }.Uri.ToString(),
            ["Deprovisioner__Config"] = folder["deprovisioner.yaml"],
            ["LDAP_PASSWORD"] = OpenLdapServer.ServicePassword,
            ["CRM_TOKEN"] = estate.Crm.Token,
            ["WAREHOUSE"] = new NpgsqlConnectionStringBuilder
            {
                Host = "127.0.0.1",
                Port = estate.WarehouseLink.Port,
                Database = "postgres",
                Username = Estate.Cutter,
                Password = Estate.CutterPassword,
                Timeout = 5,
            }.ConnectionString,
        };
        Orchestrators = [.. Enumerable.Range(1, 2).Select(i => new WorkerProcess($"orchestrator-{i}", Of(i, ["LDAP_PASSWORD", "CRM_TOKEN", "WAREHOUSE"], "orchestrator"), folder.Path, clock))];
        Hosts = [.. Enumerable.Range(1, 3).Select(i => new WorkerProcess($"host-{i}", Of(i, ["ConnectionStrings__Deprovisioner"], "connectors"), folder.Path, clock))];
    }

    public IReadOnlyList<WorkerProcess> Orchestrators { get; }

    public IReadOnlyList<WorkerProcess> Hosts { get; }

    public IEnumerable<WorkerProcess> All => Orchestrators.Concat(Hosts);

    /// <summary>The clock of the first orchestrator, and of the first host.</summary>
    public SteppedClock OrchestratorClock { get; } = new();

    public SteppedClock HostClock { get; } = new();

    /// <summary>Runs a command to its end.</summary>
    public async Task<(int ExitCode, string Output)> Cli(params string[] arguments)
        => await ServerProcess.Run(WorkerProcess.Program, arguments, everything, folder.Path, mayFail: true, TimeSpan.FromMinutes(3));

    public async Task StartAll()
    {
        foreach (var worker in All)
        {
            worker.Start();
        }

        using var http = new HttpClient();
        foreach (var worker in All)
        {
            await Eventually.True(
                $"{worker.Name} to be ready",
                async () => worker.HasFallen ? throw new InvalidOperationException(worker.Log) : (await http.GetAsync(worker.Health)).IsSuccessStatusCode,
                StartWithin);
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (var worker in All)
        {
            worker.Dispose();
        }

        OrchestratorClock.Dispose();
        HostClock.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private Dictionary<string, string?> Of(int number, string[] without, string role)
    {
        var settings = new Dictionary<string, string?>(everything) { ["Deprovisioner__Roles"] = role };
        foreach (var name in without)
        {
            settings[name] = null;
        }

        if (number == 1 && SteppedClock.Obstacle is null)
        {
            foreach (var (name, value) in (role == "orchestrator" ? OrchestratorClock : HostClock).Environment())
            {
                settings[name] = value;
            }
        }

        return settings;
    }

    private static string Configuration(Estate estate)
    {
        var limits = $"{{concurrency: 8, perSecond: 200, timeout: {CallTimeout.TotalSeconds:0}s, lease: {Lease.TotalSeconds:0}s}}";
        var retry = $"{{first: 300ms, max: 3s, for: {Patience.TotalSeconds:0}s}}";
        var cut = """
            [{name: contain, within: 5m, steps: [{system: "*", action: disable-account}, {system: "*", action: revoke-sessions}]}, {name: revoke, within: 1h, steps: [{system: "*", action: remove-entitlements}]}]
            """;
        var restore = """[{name: restore, steps: [{system: "*", action: restore-account}]}]""";
        return $$"""
            drift: off
            systems:
              directory:
                connector: ldap
                url: "ldap://127.0.0.1:{{estate.DirectoryLink.Port}}"
                bindDn: "{{OpenLdapServer.ServiceDn}}"
                password: "${env:LDAP_PASSWORD}"
                baseDn: "{{OpenLdapServer.BaseDn}}"
                match: {attribute: mail, value: person.email}
                canary: canary@example.test
                limits: {{limits}}
              crm:
                connector: scim
                url: "http://127.0.0.1:{{estate.CrmProxy.Port}}/scim/v2"
                token: "${env:CRM_TOKEN}"
                match: {attribute: userName, value: person.email}
                canary: canary@example.test
                limits: {{limits}}
              warehouse:
                connector: postgres
                connection: "${env:WAREHOUSE}"
                match: {value: person.userName}
                canary: canary
                limits: {{limits}}
            guard: {window: 1h, maxLeavers: 100000}
            policies:
              - {name: urgent, when: {event: terminated, urgent: true}, retry: {{retry}}, stages: {{cut}}}
              - {name: leaver, when: {event: terminated}, retry: {{retry}}, stages: {{cut}}}
              - {name: leave, when: {event: leave-started}, retry: {{retry}}, stages: [{name: contain, steps: [{system: "*", action: disable-account}]}]}
              - {name: rehired, when: {event: hired}, retry: {{retry}}, stages: {{restore}}}
              - {name: rescinded, when: {event: termination-rescinded}, retry: {{retry}}, stages: {{restore}}}
              - {name: back, when: {event: leave-ended}, retry: {{retry}}, stages: {{restore}}}
            """;
    }
}
