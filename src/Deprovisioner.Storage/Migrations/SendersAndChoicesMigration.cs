using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>Who brought an event, and for which saga something was said of an account.</summary>
[DbContext(typeof(DeprovisionerContext))]
[Migration(Id)]
internal sealed class SendersAndChoicesMigration : Migration
{
    public const string Id = "0026_senders_and_choices";

    protected override void Up(MigrationBuilder migrationBuilder) => MigrationText.Run(migrationBuilder, MigrationText.Of(Id));
}
