using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Which accounts are put back at this moment.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class RestoresUnderWayMigration : Migration
{
    public const string Id = "0017_restores_under_way";

    protected override void Up(MigrationBuilder migrationBuilder) => MigrationText.Run(migrationBuilder, MigrationText.Of(Id));
}
