using Deprovisioner.Storage.Auditing;
using Deprovisioner.Testing;
using Npgsql;

namespace Deprovisioner.Storage.Tests.Rights;

/// <summary>
/// What each database role may do, as the server's catalogue says and as it answers. That each may do what it needs is shown by every other test of this project, whose stores run under these roles.
/// </summary>
[Collection(nameof(StorageServer))]
public sealed class RightsTests(StorageServer server)
{
    private const string Refused = PostgresErrorCodes.InsufficientPrivilege;

    /// <summary>A new table, or a new right, is a difference here until somebody has decided about it.</summary>
    [Fact]
    public async Task Each_role_has_exactly_the_approved_rights_on_each_table()
    {
        await using var store = await Store.New(server);

        var rights = await store.Rows(
            """
            select role, c.relname, coalesce(whole, ''), coalesce(columns, '')
            from unnest(array['deprovisioner_orchestrator', 'deprovisioner_console', 'deprovisioner_auditor', 'public']) with ordinality as r(role, place)
            cross join pg_class c
            cross join lateral (
                select string_agg(p, ',' order by n) from unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) with ordinality as t(p, n)
                where has_table_privilege(role, c.oid, p)) as t(whole)
            cross join lateral (
                select string_agg(format(' %s(%s)', p, names), '' order by n)
                from unnest(array['select', 'insert', 'update', 'references']) with ordinality as k(p, n)
                cross join lateral (
                    select string_agg(attname, ',' order by attnum) from pg_attribute
                    where attrelid = c.oid and attnum > 0 and not attisdropped and has_column_privilege(role, c.oid, attnum, p)) as a(names)
                where names is not null and not has_table_privilege(role, c.oid, p)) as s(columns)
            where c.relkind in ('r', 'p', 'v', 'm') and c.relnamespace = 'public'::regnamespace
            order by place, c.relname collate "C"
            """);

        Assert.Null(ApprovedFile.Difference("Deprovisioner.Storage.Tests", "Rights", "TableRights", string.Join('\n', rights.Select(row => row.TrimEnd()))));
    }

    [Fact]
    public async Task Beside_tables_no_role_has_more_than_to_connect()
    {
        await using var store = await Store.New(server);

        var may = await store.Rows(
            """
            select rolname, rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls,
                has_schema_privilege(rolname, 'public', 'create'), has_database_privilege(rolname, 'migrated', 'create'), has_database_privilege(rolname, 'migrated', 'temp'),
                has_database_privilege(rolname, 'migrated', 'connect'),
                has_function_privilege(rolname, 'audit_refuse()', 'execute'),
                (select count(*) from pg_auth_members m where m.member = r.oid)
            from pg_roles r where rolname like 'deprovisioner%' order by 1
            """);

        Assert.Equal(
        [
            "deprovisioner_auditor False False False False True False 0",
            "deprovisioner_console False False False False True False 0",
            "deprovisioner_orchestrator False False False False True False 0",
            "deprovisioner_owner False True True True True True 0",
        ], may);
        Assert.Equal(["False"], await store.Rows("select has_database_privilege('public', 'migrated', 'connect') or has_database_privilege('public', 'migrated', 'temp')"));
        Assert.Equal(["deprovisioner_owner"], await store.Rows("select distinct relowner::regrole::text from pg_class where relnamespace = 'public'::regnamespace and relname not like 'test%'"));
    }

    [Theory]
    [InlineData("update audit set type = 'x'")]
    [InlineData("delete from audit")]
    [InlineData("truncate audit")]
    [InlineData("update audit_private set sealed = ''")]
    [InlineData("delete from audit_private")]
    [InlineData("truncate audit_private")]
    [InlineData("delete from audit_heads")]
    [InlineData("insert into audit_heads values (gen_random_uuid(), 0, decode(repeat('00', 32), 'hex'))")]
    [InlineData("alter table audit disable trigger audit_append_only")]
    [InlineData("drop trigger audit_append_only on audit")]
    [InlineData("create trigger mine before insert on audit for each row execute function audit_refuse()")]
    [InlineData("alter function audit_refuse() rename to refused")]
    [InlineData("create or replace function audit_refuse() returns trigger language plpgsql as 'begin return null; end'")]
    [InlineData("create function mine() returns int language sql as 'select 1'")]
    [InlineData("create table mine (id int)")]
    [InlineData("create schema mine")]
    [InlineData("set session_replication_role = replica")]
    [InlineData("set role deprovisioner_owner")]
    [InlineData("alter role deprovisioner_orchestrator createrole")]
    [InlineData("update persons set audit_key = null")]
    [InlineData("update sagas set plan_hash = repeat('0', 64)")]
    [InlineData("update steps set action = 'delete-account'")]
    [InlineData("update steps set system = 'another'")]
    [InlineData("update inbox set raw = ''")]
    [InlineData("update quarantine set raw = ''")]
    [InlineData("update operator_acts set who = 'somebody else'")]
    [InlineData("delete from sagas")]
    [InlineData("delete from steps")]
    [InlineData("delete from inbox")]
    [InlineData("delete from outbox")]
    [InlineData("delete from persons")]
    [InlineData("delete from guard_transitions")]
    [InlineData("delete from configurations")]
    [InlineData("insert into operator_acts (kind, who, why, requested_at) values ('pause', 'nobody', 'none', now())")]
    [InlineData("insert into \"__EFMigrationsHistory\" values ('x', 'x')")]
    public async Task The_orchestrator_is_refused(string sql)
        => await IsRefused(DatabaseRole.Orchestrator, sql);

    [Theory]
    [InlineData("insert into audit (stream, seq, at, type, payload, hash) values (gen_random_uuid(), 1, now(), 'x', '', decode(repeat('00', 32), 'hex'))")]
    [InlineData("insert into audit_private values (gen_random_uuid(), 1, 'p', '')")]
    [InlineData("update audit set type = 'x'")]
    [InlineData("delete from audit")]
    [InlineData("update sagas set status = 'cancelled'")]
    [InlineData("update steps set status = 'due'")]
    [InlineData("insert into operator_acts (kind, who, why, requested_at, status, done_at) values ('pause', 'ann', 'because', now(), 'done', now())")]
    [InlineData("update operator_acts set status = 'done', done_at = now()")]
    [InlineData("delete from operator_acts")]
    [InlineData("update systems set gate = 'open'")]
    [InlineData("insert into persons (person_id, updated_at) values ('p', now())")]
    [InlineData("delete from inbox")]
    [InlineData("select nextval('inbox_inbox_id_seq')")]
    public async Task The_console_is_refused(string sql)
        => await IsRefused(DatabaseRole.Console, sql);

    [Theory]
    [InlineData("insert into operator_acts (kind, who, why, requested_at) values ('pause', 'ann', 'because', now())")]
    [InlineData("update sagas set status = 'cancelled'")]
    [InlineData("delete from audit")]
    [InlineData("select nextval('inbox_inbox_id_seq')")]
    public async Task The_auditor_is_refused(string sql)
        => await IsRefused(DatabaseRole.Auditor, sql);

    /// <summary>Who owns the tables is held by the trigger.</summary>
    [Theory]
    [InlineData("update audit set type = 'x'")]
    [InlineData("delete from audit")]
    [InlineData("truncate audit")]
    public async Task The_owner_is_refused_by_the_trigger(string sql)
    {
        await using var store = await WithSaga();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => Try(store, DatabaseRole.Owner, sql));

        Assert.Contains("append-only", refused.MessageText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_trigger_holds_in_a_session_that_calls_itself_a_replica()
    {
        await using var store = await WithSaga();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => store.Execute("set session_replication_role = replica; delete from audit"));

        Assert.Contains("append-only", refused.MessageText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_auditor_verifies_the_audit_and_dumps_the_whole_database()
    {
        await using var store = await WithSaga();
        await using var auditor = NpgsqlDataSource.Create(As(store, DatabaseRole.Auditor));

        var verified = await new AuditReader(auditor).Verify(null, default);
        var dump = await server.Server.Dump(As(store, DatabaseRole.Auditor));

        Assert.Equal([], verified.Faults);
        Assert.True(verified.Rows > 0);
        Assert.Contains("COPY public.audit_private", dump, StringComparison.Ordinal);
    }

    /// <summary>Run again, it takes back what was granted by hand.</summary>
    [Fact]
    public async Task To_migrate_again_grants_exactly_the_same()
    {
        await using var store = await Store.New(server);
        var granted = await Acls(store);
        await store.Execute("grant all on audit to deprovisioner_orchestrator; grant update (who) on operator_acts to deprovisioner_console; grant select on persons to public; revoke all on steps from deprovisioner_orchestrator");
        Assert.NotEqual(granted, await Acls(store));

        await Store.Migrate(As(store, DatabaseRole.Owner));

        Assert.Equal(granted, await Acls(store));
    }

    private async Task IsRefused(string role, string sql)
    {
        await using var store = await WithSaga();
        var before = await store.Everything();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => Try(store, role, sql));

        Assert.Contains(refused.SqlState, new[] { Refused, PostgresErrorCodes.ReadOnlySqlTransaction });
        Assert.Equal(before, await store.Everything());
    }

    private async Task<Store> WithSaga()
    {
        var store = await Store.New(server);
        await store.Sent("p1");
        return store;
    }

    private static async Task Try(Store store, string role, string sql)
    {
        await using var connection = new NpgsqlConnection(As(store, role));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string As(Store store, string role) => store.As(role) + ";Pooling=false";

    private static async Task<IReadOnlyList<string>> Acls(Store store)
        => await store.Rows(
            """
            select c.relname, acl::text from pg_class c cross join lateral unnest(relacl) as acl where relnamespace = 'public'::regnamespace
            union all
            select c.relname || '.' || attname, acl::text from pg_class c join pg_attribute a on attrelid = c.oid cross join lateral unnest(attacl) as acl where relnamespace = 'public'::regnamespace
            order by 1, 2
            """);
}
