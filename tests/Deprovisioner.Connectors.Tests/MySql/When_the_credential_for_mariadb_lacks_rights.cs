using Deprovisioner.Connectors.MySql;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.MySql;

/// <summary>Both servers show an under-privileged caller less instead of refusing: that must never look like a clean account.</summary>
[Collection(nameof(MariaDbFixture))]
public sealed class When_the_credential_for_mariadb_lacks_rights(MariaDbFixture fixture)
{
    private const string Documented = "grant create user, process, connection admin, show view, trigger, event on *.* to {0}; grant select on mysql.* to {0}";

    [Fact]
    public async Task The_documented_rights_are_enough_for_every_action_on_all_of_an_account()
    {
        await using var target = new MariaDbTarget(fixture);
        var admin = await Admin(Documented);
        foreach (var action in target.Kind.Description.Actions.Except([StepAction.RestoreAccount]))
        {
            var name = await target.NewAccountAsync(action);
            var report = await fixture.Run(action, name, admin);
            Assert.True(report is { Outcome: Outcome.Changed, Code: null }, $"{action}: {report.Outcome} {report.Code} {report.Message}");
        }

        await using var host = fixture.Host(admin);
        var failing = (await host.Check()).Findings.Where(f => !f.Ok);
        Assert.Equal("may take single privileges away", Assert.Single(failing).Subject);
    }

    [Fact]
    public async Task The_documented_rights_see_everything_that_a_leaver_defined()
    {
        var (admin, name) = (await Admin(Documented), fixture.NewName("definer"));
        await fixture.Server.Run($"create user {name}@'%'; create database db_{name}; create table db_{name}.t (a int); create definer={name}@'%' view db_{name}.v as select 1; create definer={name}@'%' trigger db_{name}.g before insert on db_{name}.t for each row set new.a = 1; create definer={name}@'%' event db_{name}.e on schedule every 1 day do select 1; create definer={name}@'%' function db_{name}.f() returns int return 1");

        var report = await fixture.Run(StepAction.DeleteAccount, name, admin);

        Assert.Equal((Outcome.Rejected, "is-definer"), (report.Outcome, report.Code));
        Assert.All(new[] { "1 view", "1 trigger", "1 routine", "1 event" }, kind => Assert.Contains(kind, report.Message!, StringComparison.Ordinal));
        await fixture.Server.Run($"drop database db_{name}");
    }

    [Fact]
    public async Task Without_the_right_to_see_others_sessions_none_are_claimed_to_be_none()
    {
        await using var target = new MariaDbTarget(fixture);
        var admin = await Admin("grant create user, connection admin on *.* to {0}; grant select on mysql.* to {0}");
        var name = await target.NewAccountAsync(StepAction.RevokeSessions);

        Assert.Null((await fixture.Read(name, admin))!.LiveSessions);
        foreach (var action in new[] { StepAction.RevokeSessions, StepAction.DeleteAccount })
        {
            var report = await fixture.Run(action, name, admin);
            Assert.Equal(Outcome.Unauthorized, report.Outcome);
        }

        Assert.Equal("2", await fixture.Server.Run($"select count(*) from mysql.global_priv where user = '{name}'"));
    }

    [Theory]
    [InlineData("grant create user, process on *.* to {0}")]
    [InlineData("grant create user, process on *.* to {0}; grant select on mysql.global_priv to {0}")]
    [InlineData("grant create user, process on *.* to {0}; grant select on mysql.global_priv to {0}; grant select on mysql.roles_mapping to {0}; grant select on mysql.procs_priv to {0}; grant select on mysql.proxies_priv to {0}")]
    public async Task Without_the_right_to_see_what_others_are_granted_an_account_never_looks_clean(string grants)
    {
        await using var target = new MariaDbTarget(fixture);
        var (admin, name) = (await Admin(grants), await target.NewAccountAsync(StepAction.RemoveEntitlements));

        var report = await fixture.Run(StepAction.RemoveEntitlements, name, admin);

        Assert.Equal(Outcome.Unauthorized, report.Outcome);
        await using var host = fixture.Host(admin);
        Assert.Contains((await host.Check()).Findings, f => f is { Subject: "sees accounts and privileges", Ok: false, Remedy: not null });
    }

    [Fact]
    public async Task Without_the_right_to_see_what_others_define_nothing_is_deleted()
    {
        await using var target = new MariaDbTarget(fixture);
        var admin = await Admin("grant create user, process, connection admin on *.* to {0}; grant select on mysql.* to {0}");
        var name = await target.NewAccountAsync(StepAction.DeleteAccount);

        var report = await fixture.Run(StepAction.DeleteAccount, name, admin);

        Assert.Equal((Outcome.Unauthorized, "definers-not-visible"), (report.Outcome, report.Code));
        Assert.Equal((Outcome.Changed, "follow-up"), (await fixture.Run(StepAction.DisableAccount, name, admin)) is var disabled ? (disabled.Outcome, disabled.Code) : default);
    }

    [Fact]
    public async Task Without_the_right_to_end_sessions_or_to_alter_users_it_is_the_credentials_trouble()
    {
        await using var target = new MariaDbTarget(fixture);
        var admin = await Admin("grant process on *.* to {0}; grant select on mysql.* to {0}");
        var name = await target.NewAccountAsync(StepAction.RevokeSessions);

        foreach (var action in new[] { StepAction.RevokeSessions, StepAction.DisableAccount, StepAction.RevokeCredentials })
        {
            Assert.Equal(Outcome.Unauthorized, (await fixture.Run(action, name, admin)).Outcome);
        }

        await using var host = fixture.Host(admin);
        Assert.Equal(
            ["may alter users", "may end sessions", "sees what accounts define", "may take single privileges away"],
            (await host.Check()).Findings.Where(f => !f.Ok).Select(f => f.Subject));
    }

    [Fact]
    public async Task A_server_of_the_other_kind_is_said()
    {
        var settings = fixture.Settings() with { Connector = "mysql" };
        await using var host = new ConformanceHost(new MySqlKind(ServerDialect.MySql), settings);

        var report = await host.Run(ConformanceHost.Command(settings, StepAction.DisableAccount, "canary"));

        Assert.Equal((Outcome.Unauthorized, Fault.Misconfigured), (report.Outcome, report.Code));
        Assert.Contains("connector: mariadb", report.Message, StringComparison.Ordinal);
    }

    private async Task<string> Admin(string grants)
    {
        var name = fixture.NewName("admin");
        await fixture.Server.Run($"create user {name}@'%' identified by 'admin'; {string.Format(null, grants, $"{name}@'%'")}");
        return name;
    }
}
