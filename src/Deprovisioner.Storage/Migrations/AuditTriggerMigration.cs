using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>The audit refuses changes in replica sessions too.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class AuditTriggerMigration : Migration
{
    public const string Id = "0015_audit_trigger";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationText.Of(Id));
}
