using Deprovisioner.Storage.Migrations;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage;

/// <summary>What each database role may do with each table. Granted after every run of the migrations, so that no new table waits for somebody to remember it.</summary>
internal static class AccessRights
{
    /// <summary>Gives the roles that exist exactly what the file says, in one transaction.</summary>
    public static async Task Grant(DeprovisionerContext context, CancellationToken cancellationToken)
        => await context.Database.ExecuteSqlRawAsync(MigrationText.Rights(), cancellationToken);
}
