using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Room on the pages of rows that are written again and again.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class RoomForUpdatesMigration : Migration
{
    public const string Id = "0013_room_for_updates";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationText.Of(Id));
}
