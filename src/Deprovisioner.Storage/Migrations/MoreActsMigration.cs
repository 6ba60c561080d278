using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Skipping, choosing among accounts, and looks at systems.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class MoreActsMigration : Migration
{
    public const string Id = "0023_more_acts";

    protected override void Up(MigrationBuilder migrationBuilder) => MigrationText.Run(migrationBuilder, MigrationText.Of(Id));
}
