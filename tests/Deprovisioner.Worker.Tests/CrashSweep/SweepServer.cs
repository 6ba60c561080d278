using System.Collections.Concurrent;
using Deprovisioner.Storage;
using Deprovisioner.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Deprovisioner.Worker.Tests.CrashSweep;

/// <summary>One PostgreSQL server for a sweep, with a database for each run that goes on beside another. A database is emptied and used again, with its connections: a new one costs more than a run.</summary>
public sealed class SweepServer : IAsyncLifetime
{
    private readonly ConcurrentBag<SweepDatabase> free = [];
    private readonly ConcurrentBag<SweepDatabase> all = [];
    private readonly SemaphoreSlim copying = new(1);
    private PostgresServer server = null!;

    public async Task InitializeAsync()
    {
        server = await PostgresServer.StartNew();
        await using var services = new ServiceCollection().AddLogging().AddStorage(await server.NewDatabase("migrated")).BuildServiceProvider();
        await services.GetRequiredService<SchemaMigrations>().Apply(default);
        NpgsqlConnection.ClearAllPools();
    }

    public async Task DisposeAsync()
    {
        foreach (var database in all)
        {
            await database.DisposeAsync();
        }

        await server.DisposeAsync();
        copying.Dispose();
    }

    /// <summary>A database in which nothing has happened yet.</summary>
    internal async Task<SweepDatabase> Take()
    {
        if (free.TryTake(out var used))
        {
            await used.Empty();
            return used;
        }

        // A template can be copied by one at a time.
        await copying.WaitAsync();
        try
        {
            var name = $"sweep_{all.Count + 1}";
            await server.Execute($"create database {name} template migrated strategy file_copy");
            var database = new SweepDatabase(server.ConnectionString(name), server.Port);
            all.Add(database);
            return database;
        }
        finally
        {
            copying.Release();
        }
    }

    internal void GiveBack(SweepDatabase database) => free.Add(database);
}

/// <summary>A database, as the sweep looks into it, and as an orchestrator reaches it.</summary>
internal sealed class SweepDatabase : IAsyncDisposable
{
    /// <summary>What runs write. The installation's audit stream begins anew; the guard's one row stays.</summary>
    private static readonly string[] Written =
    [
        "audit_private", "audit", "outbox", "operator_acts", "probes", "drift_watches", "guard_transitions", "steps", "sagas", "inbox", "quarantine", "known_accounts", "employments", "persons", "systems",
    ];

    public SweepDatabase(string connectionString, int port)
    {
        Looking = NpgsqlDataSource.Create(connectionString);
        Relay = new CommitRelay(port);
        var behind = new NpgsqlConnectionStringBuilder(connectionString) { Port = Relay.Port, SslMode = SslMode.Disable, MaxAutoPrepare = 200, AutoPrepareMinUsages = 2 };
        Reached = NpgsqlDataSource.Create(behind);
    }

    /// <summary>Past the relay.</summary>
    public NpgsqlDataSource Looking { get; }

    /// <summary>Through the relay.</summary>
    public NpgsqlDataSource Reached { get; }

    public CommitRelay Relay { get; }

    public async Task Empty()
    {
        // A trigger refuses to delete rows of the audit; for this moment there is none.
        var deletes = string.Concat(Written.Select(table => $"delete from {table};"));
        await using var command = Looking.CreateCommand(
            $"alter table audit disable trigger user; {deletes} update audit_heads set seq = 0, hash = decode(repeat('00', 32), 'hex'); alter table audit enable trigger user");
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Relay.DisposeAsync();
        await Reached.DisposeAsync();
        await Looking.DisposeAsync();
    }
}
