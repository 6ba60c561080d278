using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Whose employment has ended since a time.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class EmploymentsEndedMigration : Migration
{
    public const string Id = "0014_employments_ended";

    protected override void Up(MigrationBuilder migrationBuilder) => MigrationText.Run(migrationBuilder, MigrationText.Of(Id));
}
