using System.Collections.Concurrent;
using System.Diagnostics;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;
using Npgsql;

namespace Deprovisioner.Storage.Tests.Migrating;

/// <summary>This version's worker is at work, with data in every table, while the migrator of a later version brings the schema up.</summary>
[Collection(nameof(StorageServer))]
public sealed class When_the_schema_is_extended_under_load(StorageServer server)
{
    [Fact]
    public async Task The_worker_goes_on_and_nothing_fails_or_deadlocks()
    {
        var database = await server.NewDatabase();
        await using var store = await Store.On(database);
        await using var load = new Load(store);
        await load.Done(20);

        var applied = await NextMigrations.On(database, typeof(NextColumns), typeof(NextIndexes)).Apply(default);

        Assert.Equal([NextColumns.Id, NextIndexes.Id], applied);
        await load.Done(20);
        await load.Stop();
        Assert.Equal([], load.Failures);
        Assert.Equal([], store.Warnings);
        Assert.Equal(load.Sagas, await store.Count("sagas"));
        Assert.Equal(2 * load.Sagas, await store.Count("steps where status = 'succeeded' and sends = 1"));
        Assert.Equal(load.Sagas, await store.Count("sagas where status = 'completed'"));
        Assert.Equal(load.Sagas, await store.Count("inbox where deliveries = 1"));
        Assert.Equal([], await store.Faults());
        Assert.Equal(0, await store.Count("pg_constraint where not convalidated"));
        Assert.Equal(0, await store.Count("pg_index where not indisvalid"));
    }

    [Fact]
    public async Task A_transaction_that_lasts_holds_up_the_migration_and_no_worker()
    {
        var database = await server.NewDatabase();
        await using var store = await Store.On(database);
        await store.Arrive(Organisation.Terminated("first"));
        var told = new ConcurrentQueue<string>();
        Task<IReadOnlyList<string>> migrating;
        await using (var report = await store.Connection())
        await using (var reading = await report.BeginTransactionAsync())
        {
            // Somebody's report reads the tables for hours.
            await using var select = new NpgsqlCommand("select count(*) from sagas, steps, audit", report, reading);
            await select.ExecuteScalarAsync();
            migrating = NextMigrations.On(database, typeof(NextColumns)).Apply(new Telling(told), default);
            await Eventually.True("the migration to give way twice", () => Task.FromResult(told.Count >= 2));

            var answer = await store.Arrive(Organisation.Terminated("second"));

            Assert.Equal("planned", answer.Verdict);
            Assert.False(migrating.IsCompleted);
        }

        Assert.Equal([NextColumns.Id], await migrating);
        Assert.All(told, line => Assert.StartsWith(NextColumns.Id + " waits for a lock", line, StringComparison.Ordinal));
        Assert.Equal([], store.Warnings);
    }

    [Fact]
    public async Task Two_migrators_at_once_apply_each_migration_once_though_indexes_are_built()
    {
        var database = await server.NewDatabase();

        var applied = await Task.WhenAll(
            NextMigrations.On(database, typeof(NextColumns), typeof(NextIndexes)).Apply(default), NextMigrations.On(database, typeof(NextColumns), typeof(NextIndexes)).Apply(default));

        Assert.Equal([NextColumns.Id, NextIndexes.Id], applied.SelectMany(names => names).Order());
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_of_itself_and_those_before_it()
    {
        var database = await server.NewDatabase();
        await using var store = await Store.On(database);

        var error = await Assert.ThrowsAsync<PostgresException>(() => NextMigrations.On(database, typeof(NextColumns), typeof(NextFailing)).Apply(default));

        Assert.Equal(PostgresErrorCodes.DivisionByZero, error.SqlState);
        Assert.Equal(0, await store.Count("pg_class where relname = 'half'"));
        Assert.Equal([NextColumns.Id], await store.Rows("select \"MigrationId\" from \"__EFMigrationsHistory\" where \"MigrationId\" > '9'"));
    }

    /// <summary>A stream of leavers, each sent and answered as the dispatcher and a connector host would.</summary>
    private sealed class Load : IAsyncDisposable
    {
        /// <summary>A worker that stands still for longer would be noticed by people.</summary>
        private static readonly TimeSpan Stall = TimeSpan.FromSeconds(10);

        private readonly Store store;
        private readonly CancellationTokenSource stop = new();
        private readonly ConcurrentQueue<string> failures = new();
        private readonly Task running;
        private int arrived;
        private int completed;

        public Load(Store store)
        {
            this.store = store;
            running = Task.WhenAll(Arrivals("a"), Arrivals("b"), Arrivals("c"), Dispatching());
        }

        public int Sagas => arrived;

        public IReadOnlyCollection<string> Failures => failures;

        /// <summary>Waits until so many more sagas have completed.</summary>
        public async Task Done(int more)
        {
            var goal = Volatile.Read(ref completed) + more;
            await Eventually.True($"{more} more sagas to complete ({string.Join("; ", failures)})", () => Task.FromResult(Volatile.Read(ref completed) >= goal));
        }

        public async Task Stop()
        {
            await stop.CancelAsync();
            await running;
        }

        public async ValueTask DisposeAsync()
        {
            await Stop();
            stop.Dispose();
        }

        private async Task Arrivals(string prefix)
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                Interlocked.Increment(ref arrived);
                await Quickly("arrival", () => store.Arrive(Organisation.Terminated($"{prefix}{i}")));
                while (Volatile.Read(ref arrived) - Volatile.Read(ref completed) > 30 && !stop.IsCancellationRequested)
                {
                    await Task.Yield();
                }
            }
        }

        private async Task Dispatching()
        {
            while (!stop.IsCancellationRequested || completed < arrived)
            {
                var commands = await Quickly("claim", store.Claim) ?? [];
                foreach (var command in commands)
                {
                    await Quickly("report", () => store.ReportEach(store.Reported(command, Outcome.Changed)));
                }

                Volatile.Write(ref completed, (int)await store.Count("sagas where status = 'completed'"));
            }
        }

        private Task<object?> Quickly(string what, Func<Task> act) => Quickly<object?>(what, async () =>
        {
            await act();
            return null;
        });

        private async Task<T?> Quickly<T>(string what, Func<Task<T>> act)
        {
            var watch = Stopwatch.StartNew();
            try
            {
                return await act();
            }
            catch (Exception error) when (error is PostgresException or NpgsqlException or TimeoutException or Storage.Writing.FactRefusedException)
            {
                failures.Enqueue($"{what}: {error.Message}");
                return default;
            }
            finally
            {
                if (watch.Elapsed > Stall)
                {
                    failures.Enqueue($"{what} took {watch.Elapsed}");
                }
            }
        }
    }
}
