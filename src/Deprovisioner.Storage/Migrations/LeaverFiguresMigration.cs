using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>What a report adds up of a leaver.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class LeaverFiguresMigration : Migration
{
    public const string Id = "0025_leaver_figures";

    protected override void Up(MigrationBuilder migrationBuilder) => MigrationText.Run(migrationBuilder, MigrationText.Of(Id));
}
