using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage;

/// <summary>Brings the schema up, and tells whether it is.</summary>
public sealed class SchemaMigrations(IDbContextFactory<DeprovisionerContext> contexts)
{
    /// <summary>Applies what is missing, each in a transaction, under a lock against other migrators. Gives the names of what was applied.</summary>
    public async Task<IReadOnlyList<string>> Apply(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var missing = (await context.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        await context.Database.MigrateAsync(cancellationToken);
        return missing;
    }

    /// <summary>The migrations that this program knows and the database lacks.</summary>
    public async Task<IReadOnlyList<string>> Missing(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return [.. await context.Database.GetPendingMigrationsAsync(cancellationToken)];
    }
}
