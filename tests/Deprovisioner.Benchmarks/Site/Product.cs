using Deprovisioner.Benchmarks.Measuring;
using Deprovisioner.Benchmarks.Simulated;
using Deprovisioner.Storage;
using Deprovisioner.Storage.Auditing;
using Deprovisioner.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Deprovisioner.Benchmarks.Site;

/// <summary>The product on its servers: migrated, configured, and its worker processes.</summary>
internal sealed class Product : ISubject
{
    private readonly TemporaryFolder folder = new("benchmark");
    private readonly Servers servers;
    private readonly List<ServerProcess> processes = [];

    private Product(Servers servers) => this.servers = servers;

    public string Name => "Deprovisioner";

    public IReadOnlyList<ServerProcess> Processes => processes;

    public string OpenSagas => "select count(*) from sagas where status <> 'completed'";

    public string Taken => "select last_value from inbox_inbox_id_seq";

    public string AllSagas => "select count(*) from sagas";

    public string Completions => "select person_id, pg_xact_commit_timestamp(xmin) from sagas where status = 'completed'";

    public string? Decisions => "select person_id, pg_xact_commit_timestamp(xmin) from inbox where type = 'hr.employment.terminated.v1'";

    public string ConfigPath => folder["deprovisioner.yaml"];

    /// <summary>Migrates and configures; starts no worker yet.</summary>
    public static async Task<Product> Install(Servers servers, SimulatedCompany company)
    {
        var product = new Product(servers);
        product.folder.Write("deprovisioner.yaml", company.ToYaml());
        await using var services = new ServiceCollection().AddStorage(servers.ConnectionString).BuildServiceProvider();
        await services.GetRequiredService<SchemaMigrations>().Apply(CancellationToken.None);
        return product;
    }

    /// <summary>Starts one more worker process and waits until it reads its queues.</summary>
    /// <param name="roles">Comma-separated; null: both.</param>
    public async Task<ServerProcess> StartWorker(string? roles = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var all = new Dictionary<string, string?>
        {
            ["ConnectionStrings__Deprovisioner"] = servers.ConnectionString,
            ["ConnectionStrings__RabbitMq"] = servers.Broker.Uri.ToString(),
            ["Deprovisioner__Config"] = ConfigPath,
            ["Deprovisioner__Roles"] = roles,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            all[name] = value;
        }

        var url = $"http://127.0.0.1:{LoopbackPort.Free()}";
        all["Deprovisioner__HealthUrl"] = url;
        var worker = Self.Start(WorkerProcess.Name, all);
        processes.Add(worker);
        using var http = new HttpClient();
        await Eventually.True(
            "the worker to be ready",
            async () =>
            {
                if (worker.HasExited)
                {
                    throw new InvalidOperationException(worker.Output);
                }

                return (await http.GetAsync(new Uri($"{url}/healthz/ready"))).IsSuccessStatusCode;
            },
            TimeSpan.FromSeconds(60));
        return worker;
    }

    /// <summary>Asks every worker to stop, waits for them, and gives what their simulated systems did.</summary>
    public async Task<SimulatedCounts> Stop()
    {
        foreach (var process in processes.Where(p => !p.HasExited))
        {
            process.Signal(15);
        }

        var counts = new SimulatedCounts();
        foreach (var process in processes)
        {
            await process.Ended(TimeSpan.FromSeconds(60));
            counts = counts.Plus(SimulatedCounts.Parse(process.Output));
        }

        return counts;
    }

    /// <summary>The product's own verification of every audit row.</summary>
    public async Task<AuditVerification> VerifyAudit()
    {
        await using var database = servers.Open();
        return await new AuditReader(database).Verify(null, CancellationToken.None);
    }

    public async Task<string> Verify(NpgsqlDataSource database)
    {
        var audit = await VerifyAudit();
        if (audit.Faults.Count > 0)
        {
            throw new InvalidOperationException($"The audit has {audit.Faults.Count} faults: {audit.Faults[0]}");
        }

        await using var command = database.CreateCommand("select count(*) filter (where sends > 1) from steps");
        return $"{audit.Rows:N0} audit rows in {audit.Streams:N0} streams verified; {await command.ExecuteScalarAsync()} steps were sent more than once";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            process.Dispose();
        }

        folder.Dispose();
        await Task.CompletedTask;
    }
}
