using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Whose else an address, a name or an account is.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class RecycledNamesMigration : Migration
{
    public const string Id = "0007_recycled_names";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationText.Of(Id));
}
