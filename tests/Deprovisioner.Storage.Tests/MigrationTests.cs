using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Storage.Tests;

[Collection(nameof(StorageServer))]
public sealed class MigrationTests(StorageServer server)
{
    /// <summary>The ids of all migrations: each has its SQL file.</summary>
    private static IReadOnlyList<string> All { get; } = [.. typeof(SchemaMigrations).Assembly.GetManifestResourceNames()
        .Where(file => file.EndsWith(".sql", StringComparison.Ordinal)).Select(file => file[..^4]).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task An_empty_database_gets_the_schema_once_however_many_bring_it_up()
    {
        var database = await server.EmptyDatabase();

        await Task.WhenAll(Store.Migrate(database), Store.Migrate(database));
        await using var store = await Store.On(database);
        var tables = await Schema(store);

        Assert.Equal([], await Store.Migrate(database));
        Assert.Null((await store.Get<SchemaMigrations>().Standing(default)).Obstacle);
        Assert.Equal(tables, await Schema(store));
        Assert.Equal(1, await store.Count("audit_heads"));
        Assert.Equal(All.Count, await store.Count("\"__EFMigrationsHistory\""));
    }

    [Fact]
    public async Task A_database_without_the_schema_is_told_to_lack_it()
    {
        await using var services = new ServiceCollection().AddLogging().AddStorage(await server.EmptyDatabase()).BuildServiceProvider();

        Assert.Equal(All, (await services.GetRequiredService<SchemaMigrations>().Standing(default)).Missing.Select(name => name.Text));
    }

    [Fact]
    public async Task Every_mapped_column_is_in_its_table_with_the_same_type_and_nullability()
    {
        await using var store = await Store.New(server);
        var columns = (await store.Rows("select table_name || '.' || column_name, data_type, is_nullable from information_schema.columns where table_schema = 'public'")).ToHashSet();
        await using var context = await store.Context();

        var mapped = context.Model.GetEntityTypes().SelectMany(type => type.GetProperties()).Select(Expected).ToList();

        Assert.NotEmpty(mapped);
        Assert.Equal([], mapped.Where(column => !columns.Contains(column)));
    }

    [Fact]
    public async Task The_models_keys_are_the_tables_keys()
    {
        await using var store = await Store.New(server);
        await using var context = await store.Context();

        var mapped = context.Model.GetEntityTypes().Select(type => $"{type.GetTableName()} {string.Join(',', type.FindPrimaryKey()!.Properties.Select(p => p.GetColumnName()).Order())}");
        var kept = await store.Rows(
            """
            select c.conrelid::regclass::text, (select string_agg(a.attname, ',' order by a.attname collate "C") from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any(c.conkey))
            from pg_constraint c where c.contype = 'p'
            """);

        Assert.Equal([], mapped.Except(kept));
    }

    [Fact]
    public async Task Every_set_of_the_model_can_be_read()
    {
        await using var store = await Store.New(server);
        await store.Sent("p1");
        await using var context = await store.Context();

        Assert.Equal(2, (await context.Sagas.Include(s => s.Steps).SingleAsync()).Steps.Count);
        Assert.Equal("p1@example.test", (await context.Persons.SingleAsync()).Email);
        Assert.Equal("planned", (await context.Inbox.SingleAsync()).Verdict);
        Assert.Equal("terminated", (await context.Employments.SingleAsync()).Status);
        Assert.NotEmpty(await context.Audit.ToListAsync());
        Assert.NotEmpty(await context.Systems.ToListAsync());
        Assert.Empty(await context.Quarantine.ToListAsync());
        Assert.Empty(await context.KnownAccounts.ToListAsync());
        Assert.Empty(await context.OperatorActs.ToListAsync());
        Assert.Empty(await context.ReplayJobs.ToListAsync());
        Assert.Empty(await context.ReplayItems.ToListAsync());
    }

    private static string Expected(IProperty property)
    {
        var type = property.GetColumnType() switch
        {
            "timestamp with time zone" or "text" or "bigint" or "integer" or "uuid" or "boolean" or "bytea" or "jsonb" or "double precision" => property.GetColumnType(),
            var other => throw new InvalidOperationException($"{property.Name} has the type {other}."),
        };
        return $"{property.DeclaringType.GetTableName()}.{property.GetColumnName()} {type} {(property.IsNullable ? "YES" : "NO")}";
    }

    private static async Task<IReadOnlyList<string>> Schema(Store store)
        => await store.Rows("select table_name, column_name, data_type, is_nullable from information_schema.columns where table_schema = 'public' order by 1, 2");
}
