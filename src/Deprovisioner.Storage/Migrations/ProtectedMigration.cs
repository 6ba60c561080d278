using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Legal holds, protected people and accounts, manual tasks.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class ProtectedMigration : Migration
{
    public const string Id = "0005_protected";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationText.Of(Id));
}
