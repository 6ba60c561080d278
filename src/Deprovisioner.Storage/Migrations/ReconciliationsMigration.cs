using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Comparisons of systems' accounts with the registry.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class ReconciliationsMigration : Migration
{
    public const string Id = "0009_reconciliations";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationText.Of(Id));
}
