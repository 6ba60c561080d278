using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Questions about steps.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class ProbesMigration : Migration
{
    public const string Id = "0008_probes";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationText.Of(Id));
}
