using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Sagas that wait for a person, the mass guard's counters and announcements, and approvals.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class HoldsMigration : Migration
{
    public const string Id = "0002_holds";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationText.Of(Id));
}
