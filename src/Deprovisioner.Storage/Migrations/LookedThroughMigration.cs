using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Leavers with their figures, and sagas by system.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class LookedThroughMigration : Migration
{
    public const string Id = "0027_looked_through";

    protected override void Up(MigrationBuilder migrationBuilder) => MigrationText.Run(migrationBuilder, MigrationText.Of(Id));
}
