using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>The first tables. Migrations are written as SQL files, since triggers, partial indexes and checks are what they are about.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class SpineMigration : Migration
{
    public const string Id = "0001_spine";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationText.Of(Id));
}
