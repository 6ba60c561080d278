using System.Data;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage;

/// <summary>Brings the schema up with each role's rights on it, and tells whether it is.</summary>
public sealed class SchemaMigrations(IDbContextFactory<DeprovisionerContext> contexts)
{
    /// <summary>Any number that no other program is likely to lock by.</summary>
    private const long Lock = 0x6465_7072_6f76_0001;

    /// <summary>Applies what is missing, each in a transaction, under a lock against other migrators. Gives the names of what was applied.</summary>
    public async Task<IReadOnlyList<string>> Apply(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Database.CanConnectAsync(cancellationToken))
        {
            // EF's own lock is a table lock that ends with the first migration's transaction: a second migrator would then repeat the next ones.
            // This one is held until all are applied. A database that is not there yet is made by EF, and nobody else is in it.
            await context.Database.OpenConnectionAsync(cancellationToken);
            await context.Database.ExecuteSqlAsync($"select pg_advisory_lock({Lock})", cancellationToken);
        }

        try
        {
            return await Migrate(context, cancellationToken);
        }
        finally
        {
            if (context.Database.GetDbConnection().State is ConnectionState.Open)
            {
                await context.Database.ExecuteSqlAsync($"select pg_advisory_unlock_all()", CancellationToken.None);
            }
        }
    }

    private static async Task<IReadOnlyList<string>> Migrate(DeprovisionerContext context, CancellationToken cancellationToken)
    {
        var missing = (await context.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        await context.Database.MigrateAsync(cancellationToken);
        await AccessRights.Grant(context, cancellationToken);
        return missing;
    }

    /// <summary>The migrations that this program knows and the database lacks.</summary>
    public async Task<IReadOnlyList<string>> Missing(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return [.. await context.Database.GetPendingMigrationsAsync(cancellationToken)];
    }
}
