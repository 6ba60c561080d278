using System.Reflection;
using Deprovisioner.Storage.Migrations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Storage.Tests.Migrating;

/// <summary>A program of some version after this one: it knows made-up migrations beside the real ones.</summary>
internal sealed class NextMigrations : IMigrationsAssembly
{
    /// <summary>The real ones, by their ids.</summary>
    public static IReadOnlyDictionary<string, TypeInfo> Real { get; } = typeof(DeprovisionerContext).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(Migration))).ToDictionary(type => type.GetCustomAttribute<MigrationAttribute>()!.Id, type => type.GetTypeInfo()).OrderBy(m => m.Key, StringComparer.Ordinal).ToDictionary();

    private static readonly AsyncLocal<IReadOnlyDictionary<string, TypeInfo>> Wanted = new();

    public IReadOnlyDictionary<string, TypeInfo> Migrations { get; } = Wanted.Value!;

    public Microsoft.EntityFrameworkCore.Infrastructure.ModelSnapshot? ModelSnapshot => null;

    public Assembly Assembly => typeof(DeprovisionerContext).Assembly;

    public string? FindMigrationId(string nameOrId) => Migrations.ContainsKey(nameOrId) ? nameOrId : null;

    public Migration CreateMigration(TypeInfo migrationClass, string activeProvider)
    {
        var migration = (Migration)Activator.CreateInstance(migrationClass.AsType())!;
        migration.ActiveProvider = activeProvider;
        return migration;
    }

    /// <summary>The schema as that program brings it up.</summary>
    public static SchemaMigrations On(string database, params Type[] made)
        => new(new Contexts(database, Real.Concat(made.Select(type => KeyValuePair.Create(type.GetCustomAttribute<MigrationAttribute>()!.Id, type.GetTypeInfo()))).ToDictionary()), TimeProvider.System);

    /// <summary>One migration alone, without the rights that this version's program grants afterwards.</summary>
    public static async Task Run(string database, string id)
    {
        await using var context = new Contexts(database, Real).CreateDbContext();
        await Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.OpenConnectionAsync(context.Database);
        await SchemaMigrations.Run(context, id, default);
    }

    private sealed class Contexts(string database, IReadOnlyDictionary<string, TypeInfo> known) : IDbContextFactory<DeprovisionerContext>
    {
        private readonly ServiceProvider services = new ServiceCollection().AddEntityFrameworkNpgsql().AddScoped<IMigrationsAssembly, NextMigrations>().BuildServiceProvider();

        public DeprovisionerContext CreateDbContext()
        {
            Wanted.Value = known;
            var options = new DbContextOptionsBuilder<DeprovisionerContext>().UseNpgsql(database)
                .ConfigureWarnings(warnings => warnings.Ignore(Microsoft.EntityFrameworkCore.Diagnostics.RelationalEventId.PendingModelChangesWarning))
                .UseInternalServiceProvider(services);
            var context = new DeprovisionerContext(options.Options);
            _ = Microsoft.EntityFrameworkCore.Infrastructure.AccessorExtensions.GetService<IMigrationsAssembly>(context);
            return context;
        }
    }
}

/// <summary>Extends every table that a worker writes to.</summary>
[Migration(Id)]
public sealed class NextColumns : Migration
{
    public const string Id = "9001_next_columns";

    public static readonly string[] Tables =
        ["persons", "employments", "known_accounts", "inbox", "quarantine", "systems", "sagas", "steps", "operator_acts", "outbox", "audit", "audit_heads", "audit_private", "guard_transitions", "probes", "drift_watches"];

    protected override void Up(MigrationBuilder migrationBuilder)
        => MigrationText.Run(migrationBuilder, string.Join('\n', Tables.Select(table =>
            $"alter table {table} add column next_word text, add column next_number integer not null default 7;\n"
            + $"alter table {table} add constraint {table}_next_check check (next_number > 0) not valid;"))
            + "\ncreate table next_things (thing_id bigint generated always as identity primary key, saga_id uuid not null references sagas, step_id uuid references steps);\n"
            + "create index next_things_saga on next_things (saga_id);\n");
}

/// <summary>What a first one may leave for a statement of its own.</summary>
[Migration(Id)]
public sealed class NextIndexes : Migration
{
    public const string Id = "9002_next_indexes";

    protected override void Up(MigrationBuilder migrationBuilder)
        => MigrationText.Run(migrationBuilder, MigrationText.Outside + "\n" + string.Join('\n', NextColumns.Tables.Select(table =>
            $"alter table {table} validate constraint {table}_next_check;\n"
            + $"drop index concurrently if exists {table}_next;\n"
            + $"create index concurrently {table}_next on {table} (next_number) where next_word is not null;")));
}

/// <summary>Takes away what only programs before <see cref="NextColumns"/> used.</summary>
[Migration(Id)]
public sealed class NextContract : Migration
{
    public const string Id = "9003_contract_9001_drop_what_was";

    protected override void Up(MigrationBuilder migrationBuilder) => MigrationText.Run(migrationBuilder, "alter table persons drop column given_name");
}

/// <summary>Fails when it is half done.</summary>
[Migration(Id)]
public sealed class NextFailing : Migration
{
    public const string Id = "9004_next_failing";

    protected override void Up(MigrationBuilder migrationBuilder) => MigrationText.Run(migrationBuilder, "create table half (one integer);\nselect 1 / 0");
}
