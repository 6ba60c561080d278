using Deprovisioner.Storage.Writing;
using Deprovisioner.Testing;

namespace Deprovisioner.Storage.Tests.Writing;

[Collection(nameof(StorageServer))]
public sealed class When_the_database_goes_away(StorageServer server)
{
    private const string CutOthers = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";

    [Fact]
    public async Task Facts_whose_connections_are_cut_again_and_again_are_committed_once()
    {
        await using var store = await Store.New(server);
        var all = Task.WhenAll(Enumerable.Range(0, 300).Select(i => store.Arrive(Organisation.Terminated($"p{i % 100}", $"e{i}"))));

        for (var cut = 0; cut < 10; cut++)
        {
            await store.Rows(CutOthers);
        }

        await all;
        Assert.Equal(300, await store.Count("inbox"));
        Assert.Equal(100, await store.Count("sagas"));
        Assert.Equal(400, await store.Count("audit where type in ('event-decided', 'saga-opened')"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task A_fact_whose_connection_is_cut_while_it_waits_for_a_lock_is_committed_once()
    {
        await using var store = await Store.New(server);
        await store.Arrive(Organisation.Hired("p1"));
        await using (var holding = await store.Connection())
        await using (var transaction = await holding.BeginTransactionAsync())
        {
            await using var hold = new Npgsql.NpgsqlCommand("select from persons for update", holding, transaction);
            await hold.ExecuteNonQueryAsync();
            var arriving = store.Arrive(Organisation.Terminated("p1"));
            await store.SomebodyWaitsForALock();

            await store.Rows("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
            await Eventually.True("the writer to notice", () => Task.FromResult(store.Warnings.Count > 0));
            Assert.False(arriving.IsCompleted);
            await transaction.RollbackAsync();

            Assert.Equal("planned", (await arriving).Verdict);
        }

        Assert.Equal(["1", "1"], await store.Rows("select deliveries from inbox"));
    }

    [Theory]
    [InlineData("alter database {0} set default_transaction_read_only = on", "alter database {0} set default_transaction_read_only = off")]
    [InlineData("alter table inbox rename to elsewhere", "alter table elsewhere rename to inbox")]
    public async Task A_database_that_takes_nothing_from_anybody_is_waited_for(string close, string open)
    {
        await using var store = await Store.New(server);
        await using var connection = await store.Connection();
        var name = connection.Database;
        await Run(connection, string.Format(close, name));
        await store.Rows(CutOthers.Replace("pid <> pg_backend_pid()", $"pid not in (pg_backend_pid(), {connection.ProcessID})", StringComparison.Ordinal));

        var arriving = store.Arrive(Organisation.Terminated("p1"));
        await Eventually.True("the writer to be refused", () => Task.FromResult(store.Warnings.Any(w => w.Contains("read-only", StringComparison.Ordinal) || w.Contains("inbox", StringComparison.Ordinal))));
        Assert.False(arriving.IsCompleted);
        await Run(connection, string.Format(open, name));

        Assert.Equal("planned", (await arriving).Verdict);
    }

    [Fact]
    public async Task What_was_answered_survives_a_crash_of_the_server_and_what_waits_is_committed_after_it()
    {
        await using var durable = await PostgresServer.StartNew(durable: true);
        await durable.NewInstallation("crashing");
        var database = durable.ConnectionString("crashing");
        await Store.Migrate(database);
        await using var store = await Store.On(database);
        await store.Arrive(Organisation.Terminated("warm"));
        var facts = Enumerable.Range(0, 2000).Select(i => store.Arrive(Organisation.Terminated($"p{i % 50}", $"e{i}"))).ToList();
        await Task.WhenAny(facts);

        await durable.Stop(crash: true);
        var answered = Enumerable.Range(0, 2000).Where(i => facts[i].IsCompletedSuccessfully).Select(i => $"e{i}").ToList();
        await durable.Start();
        await Eventually.True("the server to take connections", async () => await store.Count("inbox") > 0);
        var kept = await store.Rows("select event_id from inbox");
        await Task.WhenAll(facts);

        Assert.NotEmpty(answered);
        Assert.Equal([], answered.Except(kept));
        Assert.Equal(2001, await store.Count("inbox"));
        Assert.Equal(51, await store.Count("sagas"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task A_fact_is_answered_only_after_it_can_be_seen_by_others()
    {
        await using var store = await Store.New(server);
        for (var i = 0; i < 30; i++)
        {
            var answer = await store.Arrive(Organisation.Terminated($"p{i}"));
            Assert.Equal([$"{answer.SagaId}"], await store.Rows($"select saga_id from inbox where event_id = 'terminated-p{i}'"));
        }
    }

    [Fact]
    public async Task What_is_given_up_waiting_for_is_committed_all_the_same()
    {
        await using var store = await Store.New(server);
        await using var holding = await store.Connection();
        await using var transaction = await holding.BeginTransactionAsync();
        await using var hold = new Npgsql.NpgsqlCommand("select from audit_heads for update", holding, transaction);
        await hold.ExecuteNonQueryAsync();
        using var patience = new CancellationTokenSource();

        var arriving = store.Get<FactWriter>().Commit(store.Arrived(Organisation.Terminated("p1")), patience.Token);
        await store.SomebodyWaitsForALock();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => arriving);
        await transaction.RollbackAsync();

        Assert.Equal("duplicate", (await store.Arrive(Organisation.Terminated("p1"))).Verdict);
    }

    private static async Task Run(Npgsql.NpgsqlConnection connection, string sql)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await using var writable = new Npgsql.NpgsqlCommand("set transaction read write", connection, transaction);
        await writable.ExecuteNonQueryAsync();
        await using var command = new Npgsql.NpgsqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }
}
