using System.Text.Json.Nodes;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Migrations;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Writing;

/// <summary>The sweep over deadlines: what it finds, and that one of many replicas tells.</summary>
[Collection(nameof(StorageServer))]
public sealed class DeadlineTests(StorageServer server)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly Configuration WithDeadlines = Organisation.Of(
        [Organisation.System("crm"), Organisation.System("ldap")],
        Organisation.Stage("contain", StepAction.DisableAccount) with { Within = Hour },
        Organisation.Stage("retire", StepAction.DeleteAccount) with { After = TimeSpan.FromDays(30), Within = TimeSpan.FromDays(1) });

    [Fact]
    public async Task What_passed_while_nobody_looked_is_found_and_told_of_once()
    {
        await using var store = await Store.New(server, WithDeadlines);
        var answer = await store.Arrive(Organisation.Terminated("p1"));
        Assert.Equal([], await Passed(store));

        store.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal([answer.SagaId!.Value], await Passed(store));
        await store.Commit(new Fact.DeadlinesPassed(await Passed(store)));

        Assert.Equal([], await Passed(store));
        Assert.Equal(1, await store.Count("audit where type = 'deadline-missed'"));
        var told = JsonNode.Parse((await store.Rows("select payload from outbox where type = 'deprovisioning.deadline-missed.v1'")).Single())!;
        Assert.Equal("contain", told["missedDeadlines"]!.AsArray().Single()!["stage"]!.GetValue<string>());
        Assert.Equal("running", told["status"]!.GetValue<string>());
        Assert.DoesNotContain("missedDeadlines", (await store.Rows("select payload from outbox where type = 'deprovisioning.started.v1'")).Single(), StringComparison.Ordinal);
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task Two_replicas_that_find_the_same_saga_tell_of_it_once()
    {
        await using var store = await Store.New(server, WithDeadlines);
        await using var other = store.Replica();
        for (var i = 0; i < 20; i++)
        {
            await store.Arrive(Organisation.Terminated($"p{i}"));
        }

        store.Clock.Advance(2 * Hour);
        var (mine, theirs) = (await Passed(store), await Passed(other));
        Assert.Equal(20, mine.Count);
        await Task.WhenAll(store.Commit(new Fact.DeadlinesPassed(mine)), other.Commit(new Fact.DeadlinesPassed([.. theirs.Reverse()])));

        Assert.Equal(20, await store.Count("outbox where type = 'deprovisioning.deadline-missed.v1'"));
        Assert.Equal(20, await store.Count("audit where type = 'deadline-missed'"));
        Assert.Equal([], await Passed(store));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task The_next_deadline_follows_the_sagas_course()
    {
        await using var store = await Store.New(server, WithDeadlines);
        var commands = await store.Sent("p1");
        Assert.Equal(["1"], await store.Rows("select extract(epoch from next_deadline_at - effective_at)::int / 3600 from sagas"));

        await store.ReportEach([.. commands.Select(c => store.Reported(c, Outcome.Changed))]);
        Assert.Equal(["744"], await store.Rows("select extract(epoch from next_deadline_at - effective_at)::int / 3600 from sagas"));

        await store.Execute("insert into operator_acts (kind, saga_id, who, why, requested_at) select 'cancel', saga_id, 'ops', 'test', now() from sagas");
        await store.Commit(new Fact.ActRequested(1));
        Assert.Equal(["cancelled -"], await store.Rows("select status, next_deadline_at from sagas"));
    }

    [Fact]
    public async Task The_sweep_uses_its_index()
    {
        await using var store = await Store.New(server, WithDeadlines);
        await using var connection = await store.Connection();
        await using var command = connection.CreateCommand();
        command.CommandText = "set enable_seqscan = off";
        await command.ExecuteNonQueryAsync();
        command.CommandText = "explain select saga_id from sagas where next_deadline_at < now() order by next_deadline_at limit 200";
        Assert.Contains("sagas_next_deadline", (string)(await command.ExecuteScalarAsync())! + await Rest(command), StringComparison.Ordinal);

        static async Task<string> Rest(Npgsql.NpgsqlCommand command)
        {
            var lines = "";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                lines += reader.GetString(0);
            }

            return lines;
        }
    }

    [Fact]
    public async Task Sagas_from_before_have_their_deadlines_too()
    {
        var database = await server.EmptyDatabase();
        await using (var source = Npgsql.NpgsqlDataSource.Create(database))
        {
            await using var command = source.CreateCommand(
                MigrationText.Of(SpineMigration.Id) + """
                create table "__EFMigrationsHistory" ("MigrationId" character varying(150) primary key, "ProductVersion" character varying(32) not null);
                insert into "__EFMigrationsHistory" values ('0001_spine', '10.0.0');
                insert into persons (person_id, updated_at) values ('p1', now());
                insert into sagas (saga_id, kind, person_id, employment_id, fence, policy, policy_version, plan_hash, retry_first_ms, retry_max_ms, retry_for_ms, urgent, effective_at,
                    effective_basis, status, planned_at, stages, audit_seq, audit_hash)
                select u::uuid, 'leaver', 'p1', 'e1', 1, 'leaver', 'v', repeat('a', 64), 1, 1, 1, false, '2026-03-28T00:00:00Z', 'test', 'running', now(), s::jsonb, 0, decode(repeat('00', 32), 'hex')
                from (values
                    ('00000000-0000-0000-0000-000000000001', '[{"ordinal": 0, "name": "contain", "after": "00:00:00", "within": "00:05:00"}, {"ordinal": 1, "name": "retire", "after": "30.00:00:00", "within": "1.12:00:00.5000000"}]'),
                    ('00000000-0000-0000-0000-000000000002', '[{"ordinal": 0, "name": "contain", "after": "00:00:00", "within": null}]')) as t(u, s);
                insert into steps (step_id, saga_id, ordinal, stage, system, action, status, priority, settled_at) values
                    (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 0, 0, 'crm', 'disable-account', 'succeeded', 1, now()),
                    (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 1, 1, 'crm', 'delete-account', 'waiting', 1, null),
                    (gen_random_uuid(), '00000000-0000-0000-0000-000000000002', 0, 0, 'crm', 'disable-account', 'waiting', 1, null);
                """);
            await command.ExecuteNonQueryAsync();
        }

        await Store.Migrate($"{database};Timezone=Europe/Berlin");
        await using var store = await Store.On(database);
        Assert.Equal(["2026-04-28 12:00:00.5", "-"], await store.Rows("select (next_deadline_at at time zone 'UTC')::text from sagas order by saga_id"));
    }

    private static async Task<IReadOnlyList<SagaId>> Passed(Store store) => await store.Get<Deadlines>().Passed(default);
}
