using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>When a saga's next deadline is.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class DeadlinesMigration : Migration
{
    public const string Id = "0004_deadlines";

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MigrationText.Of(Id));
}
