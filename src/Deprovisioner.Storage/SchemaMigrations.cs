using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage;

/// <summary>Brings the schema up, and tells whether it is.</summary>
public sealed class SchemaMigrations(IDbContextFactory<DeprovisionerContext> contexts)
{
    /// <summary>Any number, the same for every version of this program: PostgreSQL keeps advisory locks for each database.</summary>
    private const long Lock = 7_203_655_101;

    /// <summary>Applies what is missing, each in a transaction, under a lock against other migrators. Gives the names of what was applied.</summary>
    public async Task<IReadOnlyList<string>> Apply(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);

        // Entity Framework's own lock ends with each migration's transaction: of two that begin together, the one that waited would apply the next migration a second time.
        // Ours is the session's, and what is missing is read behind it.
        await context.Database.OpenConnectionAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync($"select pg_advisory_lock({Lock})", cancellationToken);
        var missing = (await context.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        await context.Database.MigrateAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync($"select pg_advisory_unlock({Lock})", cancellationToken);
        return missing;
    }

    /// <summary>The migrations that this program knows and the database lacks.</summary>
    public async Task<IReadOnlyList<string>> Missing(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return [.. await context.Database.GetPendingMigrationsAsync(cancellationToken)];
    }
}
