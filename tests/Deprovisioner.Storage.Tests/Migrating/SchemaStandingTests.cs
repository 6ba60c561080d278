using System.Collections.Concurrent;
using Npgsql;

namespace Deprovisioner.Storage.Tests.Migrating;

/// <summary>A program and a database of different versions.</summary>
[Collection(nameof(StorageServer))]
public sealed class SchemaStandingTests(StorageServer server)
{
    private static readonly int Newest = MigrationName.Parse(NextMigrations.Real.Keys.Last()).Number;

    [Fact]
    public async Task A_program_that_is_newer_waits_for_its_migrations()
    {
        var database = await server.NewDatabase();

        var standing = await NextMigrations.On(database, typeof(NextColumns)).Standing(default);

        Assert.Equal($"the database lacks {NextColumns.Id}: run 'deprovisioner migrate'.", standing.Obstacle);
    }

    [Fact]
    public async Task A_program_that_is_older_works_on_a_schema_that_was_extended()
    {
        var database = await server.NewDatabase();
        await NextMigrations.On(database, typeof(NextColumns), typeof(NextIndexes)).Apply(default);

        var standing = await NextMigrations.On(database).Standing(default);

        Assert.Null(standing.Obstacle);
        Assert.Equal([NextColumns.Id, NextIndexes.Id], standing.Newer.Select(name => name.Text));
    }

    [Fact]
    public async Task A_program_that_is_older_than_a_contract_allows_does_not_work()
    {
        var database = await server.NewDatabase();
        await NextMigrations.On(database, typeof(NextColumns), typeof(NextIndexes), typeof(NextContract)).Apply(default);

        Assert.Equal($"the database was brought to {NextContract.Id}, with which this version cannot work: start a newer one.", (await NextMigrations.On(database).Standing(default)).Obstacle);
        Assert.Null((await NextMigrations.On(database, typeof(NextColumns)).Standing(default)).Obstacle);
    }

    [Fact]
    public async Task A_contract_is_not_waited_for()
    {
        var database = await server.NewDatabase();
        await NextMigrations.On(database, typeof(NextColumns)).Apply(default);

        Assert.Null((await NextMigrations.On(database, typeof(NextColumns), typeof(NextContract)).Standing(default)).Obstacle);
    }

    [Fact]
    public async Task A_contract_waits_until_no_worker_is_connected_that_it_would_break_and_what_stands_before_it_does_not()
    {
        var database = await server.NewDatabase();
        var told = new ConcurrentQueue<string>();
        var next = NextMigrations.On(database, typeof(NextColumns), typeof(NextContract));

        // A pool would keep a worker's connection, and its lock, for whoever comes next.
        await using var source = NpgsqlDataSource.Create(database + ";Pooling=false");
        await using (var newer = await source.OpenConnectionAsync())
        {
            await WorkerPresence.Tell(newer, MigrationName.Parse(NextColumns.Id).Number, default);
            await using (var older = await source.OpenConnectionAsync())
            {
                await WorkerPresence.Tell(older, Newest, default);

                Assert.Equal([NextColumns.Id], await next.Apply(new Telling(told), default));
                Assert.Equal(
                    [$"{NextContract.Id} is left for another time: workers are connected that know the schema only up to {Newest:0000}, and it would break them. Stop them and migrate again."], told);
            }

            Assert.Equal([NextContract.Id], await next.Apply(default));
        }
    }

    [Fact]
    public async Task A_worker_of_another_database_is_nobody_here()
    {
        var database = await server.NewDatabase();
        await using var source = NpgsqlDataSource.Create(await server.NewDatabase());
        await using var elsewhere = await source.OpenConnectionAsync();
        await WorkerPresence.Tell(elsewhere, Newest, default);

        Assert.Equal([NextColumns.Id, NextContract.Id], await NextMigrations.On(database, typeof(NextColumns), typeof(NextContract)).Apply(default));
    }
}
