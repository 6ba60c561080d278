using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>What people look for in what is over.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class LookedForMigration : Migration
{
    public const string Id = "0021_looked_for";

    protected override void Up(MigrationBuilder migrationBuilder) => MigrationText.Run(migrationBuilder, MigrationText.Of(Id));
}
