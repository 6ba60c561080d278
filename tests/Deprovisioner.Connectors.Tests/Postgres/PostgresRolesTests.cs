using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Npgsql;

namespace Deprovisioner.Connectors.Tests.Postgres;

/// <summary>What is particular to PostgreSQL, on a real server.</summary>
[Collection(nameof(PostgresFixture))]
public sealed class PostgresRolesTests(PostgresFixture fixture)
{
    /// <summary>NAMEDATALEN - 1: https://www.postgresql.org/docs/15/runtime-config-preset.html#GUC-MAX-IDENTIFIER-LENGTH</summary>
    private const int LongestName = 63;

    public static TheoryData<string> RealNastyNames => ["a\"b", "a'b", "a;drop role readers;--", "\"; DROP ROLE readers;--", "'); DROP TABLE people;--", "*)(uid=*", "ünï\u202Ecode", "%I", "$1", " padded ", "Select", "a\\b", "a\nb"];

    [Theory]
    [MemberData(nameof(RealNastyNames))]
    public async Task A_role_with_a_nasty_name_is_cut_and_restored_like_any_other(string nasty)
    {
        var name = nasty + fixture.NewName("");
        var quoted = new NpgsqlCommandBuilder().QuoteIdentifier(name);
        await fixture.Server.Execute($"create role {quoted} login password 'x' in role readers; create table \"t_{Guid.NewGuid():N}\" (x int); grant select on all tables in schema public to {quoted}");

        var disabled = await Run(StepAction.DisableAccount, name);
        Assert.Equal(Outcome.Changed, disabled.Outcome);
        foreach (var action in new[] { StepAction.RevokeCredentials, StepAction.RemoveEntitlements })
        {
            Assert.Equal(Outcome.Changed, (await Run(action, name)).Outcome);
        }

        await using var host = Host();
        var restore = ConformanceHost.Command(Settings, StepAction.RestoreAccount, name) with { Snapshots = disabled.Snapshots };
        Assert.Equal(Outcome.Changed, (await host.Run(restore)).Outcome);
        Assert.Equal(Outcome.Changed, (await Run(StepAction.DeleteAccount, name)).Outcome);
        Assert.Equal(1L, await fixture.Server.Scalar<long>("select count(*) from pg_roles where rolname = 'readers'"));
    }

    [Fact]
    public async Task A_name_too_long_for_a_role_does_not_reach_the_role_that_has_its_first_63_bytes()
    {
        var longest = fixture.NewName("long_").PadRight(LongestName, 'x');
        await fixture.Server.Execute($"create role {longest} login");

        var report = await Run(StepAction.DisableAccount, longest + "y");

        Assert.Equal(Outcome.Absent, report.Outcome);
        Assert.True(await fixture.Server.Scalar<bool>($"select rolcanlogin from pg_roles where rolname = '{longest}'"));
    }

    [Fact]
    public async Task A_role_that_was_renamed_is_found_by_its_oid_and_its_old_name_given_to_another_is_ambiguous()
    {
        var name = fixture.NewName("renamed");
        await fixture.Server.Execute($"create role {name} login");
        var oid = await Oid(name);
        await fixture.Server.Execute($"alter role {name} rename to {name}_new");
        var known = ConformanceHost.Command(Settings, StepAction.DisableAccount, name) with { KnownAccountIds = [oid] };
        await using var host = Host();
        Assert.Equal(Outcome.Changed, (await host.Run(known)).Outcome);

        await fixture.Server.Execute($"drop role {name}_new; create role {name} login");
        Assert.Equal(Outcome.Ambiguous, (await host.Run(known)).Outcome);
        Assert.True(await fixture.Server.Scalar<bool>($"select rolcanlogin from pg_roles where rolname = '{name}'"));
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("pg_read_all_data")]
    public async Task Superusers_our_own_role_and_built_in_roles_are_never_touched(string guarded)
    {
        foreach (var action in new[] { StepAction.DisableAccount, StepAction.RevokeSessions, StepAction.DeleteAccount, StepAction.TransferData })
        {
            var report = await Run(action, guarded);
            Assert.Equal((Outcome.Rejected, "protected"), (report.Outcome, report.Code));
        }
    }

    [Fact]
    public async Task Data_in_every_database_goes_to_the_receiver_and_the_grants_go()
    {
        var name = fixture.NewName("owner");
        var other = fixture.NewName("Other db");
        await fixture.Server.NewDatabase(other);
        await fixture.Server.Execute($"create role {name} login; create table t_{name} (x int); alter table t_{name} owner to {name}; grant select on pg_catalog.pg_authid to {name}");
        await fixture.Server.Execute($"create schema s_{name} authorization {name}; alter default privileges for role {name} grant select on tables to readers", other);

        var report = await Run(StepAction.TransferData, name);

        Assert.Equal((Outcome.Changed, null), (report.Outcome, report.Code));
        Assert.Equal("archive", await fixture.Server.Scalar<string>($"select tableowner::text from pg_tables where tablename = 't_{name}'"));
        Assert.Equal("archive", await fixture.Server.Scalar<string>($"select nspowner::regrole::text from pg_namespace where nspname = 's_{name}'", other));
        Assert.Equal(0L, await fixture.Server.Scalar<long>($"select count(*) from pg_shdepend where refobjid = {await Oid(name)} and refclassid = 'pg_authid'::regclass"));
        Assert.Equal(Outcome.Changed, (await Run(StepAction.DeleteAccount, name)).Outcome);
    }

    [Fact]
    public async Task A_role_that_owns_something_is_not_deleted_and_nothing_of_it_is_dropped()
    {
        var name = fixture.NewName("owner");
        await fixture.Server.Execute($"create role {name} login; create table t_{name} (x int); alter table t_{name} owner to {name}; create table u_{name} (x int); grant select on u_{name} to {name}");

        var report = await Run(StepAction.DeleteAccount, name);

        Assert.Equal((Outcome.Rejected, "sqlstate-2BP01"), (report.Outcome, report.Code));
        Assert.Contains("transfer-data", report.Message, StringComparison.Ordinal);
        Assert.Equal(name, await fixture.Server.Scalar<string>($"select tableowner::text from pg_tables where tablename = 't_{name}'"));
    }

    [Fact]
    public async Task A_role_that_others_are_members_of_is_not_deleted()
    {
        var name = fixture.NewName("shared");
        await fixture.Server.Execute($"create role {name} login; grant {name} to canary");

        var report = await Run(StepAction.DeleteAccount, name);

        Assert.Equal((Outcome.Rejected, "has-members"), (report.Outcome, report.Code));
        Assert.Equal(1L, await fixture.Server.Scalar<long>($"select count(*) from pg_roles where rolname = '{name}'"));
    }

    [Theory]
    [InlineData("person.manager.userName", null, "no-receiver")]
    [InlineData("person.manager.userName", "nobody", "no-receiver")]
    [InlineData("person.manager.userName", "postgres", "no-receiver")]
    [InlineData("person.manager.userName", "archive", null)]
    [InlineData("role:archive", null, null)]
    [InlineData("role:postgres", null, null)]
    [InlineData(null, null, "no-receiver")]
    public async Task What_is_owned_goes_to_whom_the_setting_says_and_an_event_cannot_make_it_a_superuser(string? setting, string? manager, string? refusal)
    {
        var name = fixture.NewName("owner");
        await fixture.Server.Execute($"create role {name} login; create table t_{name} (x int); alter table t_{name} owner to {name}");
        var settings = Settings with { Values = Settings.Values.Where(v => v.Key == "connection").Concat(setting is null ? [] : [KeyValuePair.Create("reassignOwnedTo", setting)]).ToDictionary() };
        await using var host = new ConformanceHost(new Connectors.Postgres.PostgresKind(), settings);
        var facts = manager is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["person.manager.userName"] = manager };

        var report = await host.Run(ConformanceHost.Command(settings, StepAction.TransferData, name, facts));

        Assert.Equal((refusal is null ? Outcome.Changed : Outcome.Rejected, refusal), (report.Outcome, report.Code));
        Assert.Equal(refusal is null ? 0L : 1L, await fixture.Server.Scalar<long>($"select count(*) from pg_tables where tableowner = '{name}'"));
    }

    [Fact]
    public async Task A_restore_gives_back_the_right_to_grant_and_only_what_the_snapshot_has()
    {
        var name = fixture.NewName("restored");
        await fixture.Server.Execute($"create role {name} login in role readers; grant writers to {name} with admin option");
        var removed = await Run(StepAction.RemoveEntitlements, name);
        await using var host = Host();

        var restored = await host.Run(ConformanceHost.Command(Settings, StepAction.RestoreAccount, name) with { Snapshots = removed.Snapshots });

        Assert.Equal(Outcome.Changed, restored.Outcome);
        Assert.Equal("readers:false,writers:true", await fixture.Server.Scalar<string>(
            $"select string_agg(roleid::regrole || ':' || admin_option, ',' order by roleid::regrole::text) from pg_auth_members where member = {await Oid(name)}"));
    }

    [Fact]
    public async Task Live_sessions_go_on_after_sign_in_is_cut_and_end_when_they_are_revoked()
    {
        var name = fixture.NewName("live");
        await fixture.Server.Execute($"create role {name} login password 'p'");
        await using var session = new NpgsqlConnection(fixture.Server.ConnectionString(user: name, password: "p") + ";Pooling=false");
        await session.OpenAsync();
        await using var ask = new NpgsqlCommand("select 1", session);

        Assert.Equal(Outcome.Changed, (await Run(StepAction.DisableAccount, name)).Outcome);
        Assert.Equal(1, await ask.ExecuteScalarAsync());
        Assert.Equal(Outcome.Changed, (await Run(StepAction.RevokeSessions, name)).Outcome);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ask.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_credential_with_too_few_rights_is_said_and_what_it_cannot_see_is_not_claimed()
    {
        var (admin, plain, leaver) = (fixture.NewName("admin"), fixture.NewName("plain"), fixture.NewName("leaver"));
        await fixture.Server.Execute($"create role {admin} login createrole password 'a'; create role {plain} login password 'b'; create role {leaver} login password 'c'");
        await using var asAdmin = Host(fixture.Server.ConnectionString(user: admin, password: "a"));
        await using var asPlain = Host(fixture.Server.ConnectionString(user: plain, password: "b"));

        var refused = await asPlain.Run(ConformanceHost.Command(Settings, StepAction.DisableAccount, leaver));
        Assert.Equal((Outcome.Unauthorized, "sqlstate-42501"), (refused.Outcome, refused.Code));
        Assert.Equal(Outcome.Changed, (await asAdmin.Run(ConformanceHost.Command(Settings, StepAction.DisableAccount, leaver))).Outcome);
        var unseen = await asAdmin.Run(ConformanceHost.Command(Settings, StepAction.RevokeCredentials, leaver));
        Assert.Equal((Outcome.Rejected, "unverifiable"), (unseen.Outcome, unseen.Code));
        Assert.Contains((await asPlain.Check()).Findings, f => f is { Subject: "may alter roles", Ok: false, Remedy: not null });
    }

    private SystemSettings Settings => PostgresTarget.With(fixture.Server.ConnectionString());

    private ConformanceHost Host(string? connection = null)
        => new(new Connectors.Postgres.PostgresKind(), connection is null ? Settings : PostgresTarget.With(connection));

    private async Task<StepReport> Run(StepAction action, string name)
    {
        await using var host = Host();
        return await host.Run(ConformanceHost.Command(Settings, action, name));
    }

    private async Task<string> Oid(string name) => (await fixture.Server.Scalar<string>($"select oid::text from pg_roles where rolname = '{name}'"))!;
}
