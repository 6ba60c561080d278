using Deprovisioner.Storage.Migrations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Deprovisioner.Storage;

// Theory of operation. The schema is brought up while workers of the version before go on: first it is extended, then the new workers start, then the old ones stop, and only then may a contract take away
// what only they used (see MigrationName).
// - A migration that waits for a table's lock stands in the lock's queue, and everybody who comes later stands behind it: one long transaction would stop every worker. So each wait is short; what does not
//   get its lock is rolled back, and tried again later. The wait is shorter than deadlock_timeout (1 s), so in a circle of waits it is the migration that gives up, and never a worker's transaction.
// - Indexes are built outside a transaction (see MigrationText). Such a build waits for every transaction that is older, and nobody waits for it.
// - One migrator at a time: the others try for the lock and hold no snapshot meanwhile, for which an index build would wait while they wait for it.

/// <summary>Brings the schema up with each role's rights on it, and tells whether it is.</summary>
public sealed class SchemaMigrations(IDbContextFactory<DeprovisionerContext> contexts, TimeProvider clock)
{
    /// <summary>Any number that no other program is likely to lock by.</summary>
    private const long Lock = 0x6465_7072_6f76_0001;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>With the pauses, ten minutes: a transaction that lasts longer is ended by somebody, or waited for by hand.</summary>
    private const int MostTries = 120;

    /// <summary>Applies what is missing. Gives the names of what was applied.</summary>
    public Task<IReadOnlyList<string>> Apply(CancellationToken cancellationToken) => Apply(new Progress<string>(), cancellationToken);

    /// <summary>Applies what is missing, each in a transaction of its own, one migrator at a time. A contract is left for another time while a worker is connected that it would break.</summary>
    /// <param name="told">Sentences about what is waited for.</param>
    /// <returns>The names of what was applied.</returns>
    /// <exception cref="PostgresException">A migration cannot be applied, or its locks could not be had in ten minutes. What was applied before it stays.</exception>
    public async Task<IReadOnlyList<string>> Apply(IProgress<string> told, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await Create(context, cancellationToken);
        await context.Database.OpenConnectionAsync(cancellationToken);
        await TakeTurn(context, told, cancellationToken);
        try
        {
            var applied = await ApplyMissing(context, told, cancellationToken);
            await AccessRights.Grant(context, cancellationToken);
            return applied;
        }
        finally
        {
            await context.Database.ExecuteSqlAsync($"select pg_advisory_unlock({Lock})", CancellationToken.None);
        }
    }

    /// <summary>How the database's schema and this program stand to each other.</summary>
    public async Task<SchemaStanding> Standing(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return SchemaStanding.Of(Names(context.Database.GetMigrations()), Names(await context.Database.GetAppliedMigrationsAsync(cancellationToken)));
    }

    /// <summary>Tells migrators which version works here, for as long as the connection is open. Repeating it does no harm, and shows whether the connection works.</summary>
    public async Task TellPresence(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await WorkerPresence.Tell(connection, Names(context.Database.GetMigrations())[^1].Number, cancellationToken);
    }

    private static async Task Create(DeprovisionerContext context, CancellationToken cancellationToken)
    {
        var creator = context.GetService<IRelationalDatabaseCreator>();
        if (await creator.ExistsAsync(cancellationToken))
        {
            return;
        }

        try
        {
            await creator.CreateAsync(cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another migrator was quicker.
        }
    }

    private async Task TakeTurn(DeprovisionerContext context, IProgress<string> told, CancellationToken cancellationToken)
    {
        for (var tries = 1; !await context.Database.SqlQuery<bool>($"select pg_try_advisory_lock({Lock}) as \"Value\"").SingleAsync(cancellationToken); tries++)
        {
            if (tries == 1)
            {
                told.Report("Another migrator is at work: waiting for it.");
            }

            await Task.Delay(FirstPause, clock, cancellationToken);
        }
    }

    /// <returns>The names of what was applied.</returns>
    private async Task<IReadOnlyList<string>> ApplyMissing(DeprovisionerContext context, IProgress<string> told, CancellationToken cancellationToken)
    {
        var applied = new List<string>();
        foreach (var migration in Names(await context.Database.GetPendingMigrationsAsync(cancellationToken)))
        {
            if (migration.WorksFrom is { } from && await WorkerPresence.OlderThan(context, from, cancellationToken) is { Count: > 0 } older)
            {
                told.Report($"{migration} is left for another time: workers are connected that know the schema only up to {string.Join(", ", older.Select(n => $"{n:0000}"))}, and it would break them. Stop them and migrate again.");
                break;
            }

            await WithShortWaits(context, migration, told, cancellationToken);
            applied.Add(migration.Text);
        }

        return applied;
    }

    private async Task WithShortWaits(DeprovisionerContext context, MigrationName migration, IProgress<string> told, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        for (var tries = 1; ; tries++)
        {
            try
            {
                await Run(context, migration.Text, cancellationToken);
                return;
            }
            catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected && tries < MostTries)
            {
                told.Report($"{migration} waits for a lock and lets the workers go first ({await Longest(context, cancellationToken)}); trying again in {pause.TotalSeconds:0.#} s.");
                await Task.Delay(pause, clock, cancellationToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>
    /// EF knows the migrations and their history; it does not run them: it would lock the history's table meanwhile, which every worker reads that starts, and it tells a migration only by a name that begins with a time.
    /// </summary>
    internal static async Task Run(DeprovisionerContext context, string id, CancellationToken cancellationToken)
    {
        var known = context.GetService<IMigrationsAssembly>();
        var operations = known.CreateMigration(known.Migrations[id], context.Database.ProviderName!).UpOperations.Cast<SqlOperation>().ToList();
        await context.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
        await context.Database.ExecuteSqlRawAsync(MigrationText.ShortWaits, cancellationToken);
        await using var transaction = operations.Exists(operation => operation.SuppressTransaction) ? null : await context.Database.BeginTransactionAsync(cancellationToken);
        foreach (var sql in operations.Select(operation => operation.Sql).Append(context.GetService<IHistoryRepository>().GetInsertScript(new HistoryRow(id, ProductInfo.GetVersion()))))
        {
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.Transaction = transaction?.GetDbTransaction();
            command.CommandText = sql;

            // An index of a large table takes longer than any limit for a worker's statement.
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellationToken);
        }
    }

    private static async Task<string> Longest(DeprovisionerContext context, CancellationToken cancellationToken)
        => await context.Database.SqlQuery<string>(
            $"""
            select coalesce((select format('the oldest transaction is of process %s, %s, since %s s', pid, coalesce(nullif(application_name, ''), 'unnamed'), extract(epoch from clock_timestamp() - xact_start)::integer)
                from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null order by xact_start limit 1), 'nobody is at it any more') as "Value"
            """).SingleAsync(cancellationToken);

    private static IReadOnlyList<MigrationName> Names(IEnumerable<string> ids) => [.. ids.Select(MigrationName.Parse)];
}
