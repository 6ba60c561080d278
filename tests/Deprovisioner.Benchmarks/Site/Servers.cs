using Deprovisioner.Testing;
using Npgsql;

namespace Deprovisioner.Benchmarks.Site;

/// <summary>How the servers are set up.</summary>
/// <param name="SlowDisk">Each flush of PostgreSQL's log takes 2 ms longer, as on many disks; the one here may take 60 µs.</param>
/// <param name="CountStatements">With pg_stat_statements, which costs CPU itself.</param>
internal sealed record ServerOptions(bool SlowDisk = false, bool CountStatements = false);

/// <summary>A PostgreSQL and a RabbitMQ of this run's own, both durable.</summary>
internal sealed class Servers : IAsyncDisposable
{
    public const string Database = "benchmark";

    private Servers(PostgresServer postgres, RabbitMqBroker broker) => (Postgres, Broker) = (postgres, broker);

    public PostgresServer Postgres { get; }

    public RabbitMqBroker Broker { get; }

    public string ConnectionString => Postgres.ConnectionString(Database);

    /// <summary>PostgreSQL's settings, beside fsync, synchronous_commit and full_page_writes, which are on.</summary>
    public static IReadOnlyDictionary<string, string> Settings(ServerOptions options)
    {
        var settings = new Dictionary<string, string>
        {
            ["shared_buffers"] = "1GB",

            // No checkpoint falls into a short run by chance, into a long one several.
            ["max_wal_size"] = "8GB",
            ["checkpoint_timeout"] = "15min",

            // By it a completion is timed: when it was committed, not when it was decided.
            ["track_commit_timestamp"] = "on",
        };
        if (options.SlowDisk)
        {
            settings["commit_delay"] = "2000";
            settings["commit_siblings"] = "0";
        }

        if (options.CountStatements)
        {
            settings["shared_preload_libraries"] = "pg_stat_statements";
        }

        return settings;
    }

    public static async Task<Servers> Start(ServerOptions options)
    {
        Interruption.EndsEverything();
        var postgres = await PostgresServer.StartNew(durable: true, Settings(options));
        try
        {
            await postgres.NewDatabase(Database);
            if (options.CountStatements)
            {
                await postgres.Execute("create extension pg_stat_statements", Database);
            }

            return new Servers(postgres, await RabbitMqBroker.StartNew());
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    public NpgsqlDataSource Open() => NpgsqlDataSource.Create(ConnectionString + ";Application Name=benchmark;Max Auto Prepare=20");

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
