using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>What connectors can do, beside the configuration.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class ConnectorsMigration : Migration
{
    public const string Id = "0022_connectors";

    protected override void Up(MigrationBuilder migrationBuilder) => MigrationText.Run(migrationBuilder, MigrationText.Of(Id));
}
