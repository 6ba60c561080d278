using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>The roles of keys are valid for all.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class KeyRolesValidMigration : Migration
{
    public const string Id = "0029_key_roles_valid";

    protected override void Up(MigrationBuilder migrationBuilder) => MigrationText.Run(migrationBuilder, MigrationText.Of(Id));
}
