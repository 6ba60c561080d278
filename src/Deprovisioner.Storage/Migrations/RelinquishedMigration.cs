using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>What only an ended employment justified.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class RelinquishedMigration : Migration
{
    public const string Id = "0012_relinquished";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationText.Of(Id));
}
