using System.Text.Json.Nodes;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Tests.Migrating;

/// <summary>
/// An installation from the first version to this one: after each migration come rows as only that version's program could have written them (the files beside this one), and all of them go through the migrations after it.
/// </summary>
[Collection(nameof(StorageServer))]
public sealed class StepByStepTests(StorageServer server)
{
    private static readonly DateTimeOffset Past = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    /// <summary>What a migration takes away on purpose: none of these is read by anything that is left.</summary>
    private static readonly HashSet<string> Dropped = ["employments.last_sequence"];

    /// <summary>Of one row, whatever an installation does.</summary>
    private static readonly HashSet<string> NotOfAnInstallation = ["__EFMigrationsHistory"];

    [Fact]
    public async Task Every_row_of_every_version_is_still_there_and_an_old_saga_is_brought_to_its_end()
    {
        var database = await server.EmptyDatabase();
        await using (var source = NpgsqlDataSource.Create(database))
        await using (var connection = await source.OpenConnectionAsync())
        {
            await DefineRecording(connection);
            var before = new Dictionary<string, IReadOnlyList<JsonObject>>();
            foreach (var id in NextMigrations.Real.Keys)
            {
                await NextMigrations.Run(database, id);
                AssertKept(id, before, await Rows(connection));
                await Add(connection, id);
                before = await Rows(connection);
                Assert.Equal([], before.Where(table => table.Value.Count == 0).Select(table => $"{id}: {table.Key} has no row"));
            }
        }

        Assert.Equal([], await Store.Migrate(database));
        await using var store = await Store.On(database, Organisation.Of("crm"));
        Assert.Equal([], await store.Faults());
        Assert.Equal(0, await store.Count("pg_constraint where not convalidated"));
        Assert.Equal(0, await store.Count("pg_index where not indisvalid"));
        await GoOn(store);
        Assert.Equal([], await store.Faults());
        Assert.Equal("\"seen\"", (await store.Audit.Lines(Guid.Parse("00000000-0000-0000-0001-000000000003"), default)).Single(line => line.Evidence is not null).Evidence);
    }

    /// <summary>As this version's orchestrator and connector hosts go on with what they find.</summary>
    private static async Task GoOn(Store store)
    {
        const string Ada = "00000000-0000-0000-0001-000000000001";
        Assert.NotEmpty(await store.Claims.TakeBackExpired(default));
        foreach (var act in await store.Get<OperatorActs>().Requested(default))
        {
            Assert.Contains((await store.Commit(new Fact.ActRequested(act))).Verdict, new[] { "done", "refused" });
        }

        await store.Commit(new Fact.DeadlinesPassed(await store.Get<Deadlines>().Passed(default)));
        await store.Commit(new Fact.TasksOverdue(await store.Get<OverdueTasks>().Find(default)));
        await store.Get<DriftWatches>().AskDue(default);
        for (var pass = 0; pass < 5; pass++)
        {
            await store.ReportEach([.. (await store.Claim()).Select(command => store.Reported(command, Outcome.Changed))]);
        }

        Assert.Equal(["completed"], await store.Rows($"select status from sagas where saga_id = '{Ada}'"));
        Assert.Equal(["changed 1", "changed 2", "changed 1"], await store.Rows($"select outcome, sends from steps where saga_id = '{Ada}' order by ordinal"));
        Assert.Equal("planned", (await store.Arrive(Organisation.Terminated("cyd"))).Verdict);
    }

    /// <summary>Each column of each row that was there is there, as it was; columns and rows may have come.</summary>
    private static void AssertKept(string id, Dictionary<string, IReadOnlyList<JsonObject>> before, Dictionary<string, IReadOnlyList<JsonObject>> after)
    {
        foreach (var (table, rows) in before)
        {
            Assert.True(after.ContainsKey(table), $"{id} dropped {table}");
            foreach (var row in rows)
            {
                var kept = row.Where(column => !Dropped.Contains($"{table}.{column.Key}")).ToList();
                Assert.True(
                    after[table].Any(now => kept.TrueForAll(column => now.TryGetPropertyValue(column.Key, out var value) && JsonNode.DeepEquals(value, column.Value))),
                    $"{id} changed or lost in {table}: {row.ToJsonString()}");
            }
        }
    }

    private static async Task<Dictionary<string, IReadOnlyList<JsonObject>>> Rows(NpgsqlConnection connection)
    {
        var all = new Dictionary<string, IReadOnlyList<JsonObject>>();
        foreach (var table in (await Texts(connection, "select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1")).Except(NotOfAnInstallation))
        {
            all[table] = [.. (await Texts(connection, $"select to_jsonb(t)::text from {table} t")).Select(row => JsonNode.Parse(row)!.AsObject())];
        }

        return all;
    }

    private static async Task Add(NpgsqlConnection connection, string id)
    {
        using var file = typeof(StepByStepTests).Assembly.GetManifestResourceStream($"rows/{id}.sql")
            ?? throw new InvalidOperationException($"Write tests/Deprovisioner.Storage.Tests/Migrating/Rows/{id}.sql: rows that use what {id} brought, as its version writes them.");
        using var reader = new StreamReader(file);
        await using var command = new NpgsqlCommand(await reader.ReadToEndAsync(), connection);
        await command.ExecuteNonQueryAsync();
        if (id == NextMigrations.Real.Keys.First())
        {
            await AddEvidence(connection);
        }
    }

    /// <summary>SQL alone cannot seal.</summary>
    private static async Task AddEvidence(NpgsqlConnection connection)
    {
        var stream = Guid.Parse("00000000-0000-0000-0001-000000000003");
        var salt = new byte[AuditCommitment.SaltBytes];
        var evidence = "\"seen\""u8.ToArray();
        using var cipher = SealedEvidence.Cipher([.. Enumerable.Repeat((byte)0xcd, 32)]);
        var sealing = SealedEvidence.Seal(cipher, stream, 3, [.. salt, .. evidence]);
        await using var command = new NpgsqlCommand(
            $"""
            select pg_temp.record('{stream}', 'step-reported', '{"{}"}', '{Convert.ToHexStringLower(AuditCommitment.Of(salt, evidence))}');
            insert into audit_private values ('{stream}', 3, 'cyd', decode('{Convert.ToHexStringLower(sealing)}', 'hex'))
            """,
            connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A row of the audit as every version writes it, chained onto its stream.</summary>
    private static async Task DefineRecording(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            $$"""
            create function pg_temp.record(of_stream uuid, what text, facts text, commitment text default null) returns void language plpgsql as $$
            declare
                last record;
                said bytea;
            begin
                select seq, hash into last from audit where stream = of_stream order by seq desc limit 1;
                said := convert_to(format('{"stream":"%s","seq":%s,"at":"{{AuditTime.Of(Past)}}","type":"%s","facts":%s%s}', of_stream, coalesce(last.seq, 0) + 1, what, facts,
                    coalesce(',"private":"' || commitment || '"', '')), 'UTF8');
                insert into audit values (of_stream, coalesce(last.seq, 0) + 1, '{{AuditTime.Of(Past)}}', what, said, sha256(coalesce(last.hash, decode(repeat('00', 32), 'hex')) || said));
                select seq, hash into last from audit where stream = of_stream order by seq desc limit 1;
                update sagas set audit_seq = last.seq, audit_hash = last.hash where saga_id = of_stream;
                update audit_heads set seq = last.seq, hash = last.hash where stream = of_stream;
            end $$
            """,
            connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<string>> Texts(NpgsqlConnection connection, string sql)
    {
        var texts = new List<string>();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }
}
