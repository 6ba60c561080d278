using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Who is told by webhook and mail.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class NotificationsMigration : Migration
{
    public const string Id = "0019_notifications";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationText.Of(Id));
}
