using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Who is read again after they left.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class DriftMigration : Migration
{
    public const string Id = "0011_drift";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationText.Of(Id));
}
