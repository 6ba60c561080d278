using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Security event tokens for receivers that fetch them.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class SignalsMigration : Migration
{
    public const string Id = "0028_signals";

    protected override void Up(MigrationBuilder migrationBuilder) => MigrationText.Run(migrationBuilder, MigrationText.Of(Id));
}
