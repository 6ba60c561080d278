using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Beginnings, leaves and returns.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class LifecycleMigration : Migration
{
    public const string Id = "0006_lifecycle";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationText.Of(Id));
}
