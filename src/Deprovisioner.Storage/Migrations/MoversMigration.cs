using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Steps that take away some entitlements only.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class MoversMigration : Migration
{
    public const string Id = "0003_movers";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationText.Of(Id));
}
