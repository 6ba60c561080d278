using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Replays of failed steps.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class ReplayMigration : Migration
{
    public const string Id = "0010_replay";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationText.Of(Id));
}
