using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.MySql;

[Collection(nameof(MariaDbFixture))]
public sealed class When_a_mariadb_user_is_stripped_and_restored(MariaDbFixture fixture)
{
    [Fact]
    public async Task Each_kind_of_privilege_is_taken_alone_and_all_come_back_exactly_as_they_were_on_each_host()
    {
        var name = await Rich();
        var before = await Both(name);
        var had = (await fixture.Read(name))!.Entitlements;

        foreach (var one in had)
        {
            var report = await fixture.Run(StepAction.RemoveEntitlements, name, selection: new EntitlementSelection { Remove = [one.Id] });

            Assert.True(report is { Outcome: Outcome.Changed, Code: null }, $"{one.Id}: {report.Outcome} {report.Code} {report.Message}");
            Assert.Equal(had.Select(e => e.Id).Except([one.Id]), (await fixture.Read(name))!.Entitlements.Select(e => e.Id));
            Assert.Equal(Outcome.Changed, (await fixture.Run(StepAction.RestoreAccount, name, snapshots: report.Snapshots)).Outcome);
            Assert.Equal(before, await Both(name));
        }
    }

    [Fact]
    public async Task Everything_at_once_leaves_nothing_and_comes_back_as_it_was()
    {
        var name = await Rich();
        var before = await Both(name);

        var removed = await fixture.Run(StepAction.RemoveEntitlements, name);

        Assert.Equal((Outcome.Changed, null), (removed.Outcome, removed.Code));
        Assert.Equal([$"GRANT USAGE ON *.* TO `{name}`@`%`", $"GRANT USAGE ON *.* TO `{name}`@`localhost`"], await Both(name));
        Assert.Equal(Outcome.Changed, (await fixture.Run(StepAction.RestoreAccount, name, snapshots: removed.Snapshots)).Outcome);
        Assert.Equal(before, await Both(name));
    }

    [Fact]
    public async Task Every_global_privilege_that_the_server_knows_is_taken_one_by_one()
    {
        var name = fixture.NewName("super");
        await fixture.Server.Run($"create user {name}@'%'; grant all on *.* to {name}@'%' with grant option");
        var had = (await fixture.Read(name))!.Entitlements;
        Assert.True(had.Count > 30, $"{had.Count}");

        var report = await fixture.Run(StepAction.RemoveEntitlements, name, selection: new EntitlementSelection { Remove = [.. had.Select(e => e.Id)] });

        Assert.Equal((Outcome.Changed, null), (report.Outcome, report.Code));
        Assert.Equal([$"GRANT USAGE ON *.* TO `{name}`@`%`"], await fixture.Grants(name, "%"));
    }

    [Fact]
    public async Task What_an_administrator_may_not_take_away_is_said_and_keeps_nothing_else()
    {
        var (name, admin) = (await Rich(), fixture.NewName("admin"));
        await fixture.Server.Run($"create user {admin}@'%' identified by 'admin'; grant create user, process, connection admin, show view, trigger, event on *.* to {admin}@'%'; grant select on mysql.* to {admin}@'%'; grant writers to {admin}@'%' with admin option; grant select, insert, update on shop.* to {admin}@'%' with grant option");
        var had = (await fixture.Read(name))!.Entitlements;

        var report = await fixture.Run(StepAction.RemoveEntitlements, name, admin, new EntitlementSelection { Remove = [.. had.Select(e => e.Id)] });

        Assert.Equal(Outcome.Unauthorized, report.Outcome);
        var left = (await fixture.Read(name))!.Entitlements.Select(e => e.Name).ToList();
        Assert.Contains("readers", left);
        Assert.Contains("RELOAD ON *.*", left);
        Assert.DoesNotContain("writers", left);
        Assert.DoesNotContain("SELECT (`a`) ON `shop`.`t`", left);
    }

    [Fact]
    public async Task A_restore_opens_only_the_entries_that_were_open_and_gives_no_password_back()
    {
        var name = fixture.NewName("restored");
        await fixture.Server.Run($"create user {name}@'%' identified by 'p', {name}@localhost identified by 'p'; alter user {name}@localhost account lock");
        var disabled = await fixture.Run(StepAction.DisableAccount, name);
        await fixture.Run(StepAction.RevokeCredentials, name);

        var restored = await fixture.Run(StepAction.RestoreAccount, name, snapshots: disabled.Snapshots);

        Assert.Equal((Outcome.Changed, "follow-up"), (restored.Outcome, restored.Code));
        Assert.Contains("password", restored.Message, StringComparison.Ordinal);
        Assert.Equal("localhost", await fixture.Server.Run($"select host from mysql.global_priv where user = '{name}' and json_value(priv, '$.account_locked') = 1"));
        Assert.False(await fixture.Server.LetsIn(name, "p"));
    }

    [Fact]
    public async Task What_cannot_be_put_back_keeps_nothing_else_from_coming_back()
    {
        var name = fixture.NewName("partly");
        await fixture.Server.Run($"create table shop.gone_{name} (a int); create user {name}@'%' identified by 'p'; grant select on shop.gone_{name} to {name}@'%'; grant writers to {name}@'%'; set default role writers for {name}@'%'");
        var disabled = await fixture.Run(StepAction.DisableAccount, name);
        await fixture.Run(StepAction.RemoveEntitlements, name);
        await fixture.Server.Run($"drop table shop.gone_{name}");

        var restored = await fixture.Run(StepAction.RestoreAccount, name, snapshots: disabled.Snapshots);

        Assert.Equal((Outcome.Rejected, "mysql-1146"), (restored.Outcome, restored.Code));
        Assert.True(await fixture.Server.LetsIn(name, "p"));
        Assert.Equal("writers", await fixture.Server.Run("select current_role()", name, "p"));
    }

    [Fact]
    public async Task An_account_whose_hosts_are_others_than_they_were_is_not_restored()
    {
        var name = fixture.NewName("reborn");
        await fixture.Server.Run($"create user {name}@'%' identified by 'p'; grant writers to {name}@'%'");
        await fixture.Run(StepAction.DisableAccount, name);
        var removed = await fixture.Run(StepAction.RemoveEntitlements, name);
        await fixture.Server.Run($"drop user {name}@'%'; create user {name}@'10.%' identified by 'somebody else'");

        var restored = await fixture.Run(StepAction.RestoreAccount, name, snapshots: removed.Snapshots);

        Assert.Equal((Outcome.Rejected, "account-changed"), (restored.Outcome, restored.Code));
        Assert.DoesNotContain(await fixture.Grants(name, "10.%"), line => line.Contains("writers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_account_that_was_made_anew_between_reading_and_acting_is_left_alone()
    {
        var name = fixture.NewName("swapped");
        await fixture.Server.Run($"create user {name}@'%' identified by 'p'");
        await using var connector = fixture.Open();
        var before = (await connector.ReadAsync(name, default))!;
        await fixture.Server.Run($"drop user {name}@'%'; create user {name}@'10.%' identified by 'p'");

        foreach (var action in new[] { StepAction.DisableAccount, StepAction.RevokeCredentials, StepAction.RemoveEntitlements, StepAction.DeleteAccount })
        {
            var fault = await Assert.ThrowsAsync<SystemFaultException>(() => connector.ActAsync(new ActRequest { Action = action, Before = before, Facts = new Dictionary<string, string>() }, default));
            Assert.Equal((Outcome.Transient, "account-changed"), (fault.Fault.Outcome, fault.Fault.Code));
        }

        Assert.True((await fixture.Read(name))!.Enabled);

        await fixture.Server.Run($"drop user {name}@'10.%'");
        foreach (var action in new[] { StepAction.DisableAccount, StepAction.RevokeCredentials, StepAction.RemoveEntitlements, StepAction.RevokeSessions, StepAction.DeleteAccount })
        {
            await connector.ActAsync(new ActRequest { Action = action, Before = before, Facts = new Dictionary<string, string>() }, default);
        }
    }

    [Theory]
    [InlineData("[\"Global\",\"SELECT ON *.* TO root@localhost; --\"]")]
    [InlineData("[\"Routine\",\"EXECUTE\",\"PROCEDURE x\\\"\",\"a\",\"b\"]")]
    [InlineData("[\"Global\",\"SELECT\",\"one too many\"]")]
    [InlineData("[\"Nowhere\",\"SELECT\"]")]
    [InlineData("SELECT")]
    [InlineData("{}")]
    public void A_text_that_is_no_id_of_ours_never_becomes_a_statement(string id) => Assert.Null(Connectors.MySql.Grant.Parse(id));

    private async Task<List<string>> Both(string name) => [.. await fixture.Grants(name, "%"), .. await fixture.Grants(name, "localhost")];

    private async Task<string> Rich()
    {
        var name = fixture.NewName("rich");
        await fixture.Server.Run($"""
            create user {name}@'%' identified by 'p', {name}@localhost identified by 'p';
            grant readers to {name}@'%', {name}@localhost; grant writers to {name}@'%' with admin option; set default role readers for {name}@'%';
            grant reload, set user on *.* to {name}@localhost; grant select, insert on shop.* to {name}@'%' with grant option;
            grant select on `sh\_p%`.* to {name}@'%'; grant select (a), insert (b), update, delete on shop.t to {name}@'%'; grant update on shop.t to {name}@localhost with grant option;
            grant execute on procedure shop.p to {name}@'%' with grant option; grant proxy on canary@'%' to {name}@localhost with grant option;
            """);
        return name;
    }
}
