using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.MySql;

/// <summary>What becomes of a user, as the server's own client sees it.</summary>
[Collection(nameof(MariaDbFixture))]
public sealed class When_a_leaver_has_a_mariadb_user(MariaDbFixture fixture)
{
    private const string Password = MariaDbTarget.Password;

    public static TheoryData<string> RealNastyNames => ["a`b", "a'b", "a\"b", "a\\", "\\' or 1=1 -- ", "'; drop user canary; -- ", "`; drop user canary; -- ", "ünï\u202Ecode", "%A", "@name", " padded ", "a@b", "a'@'b", "a\nb"];

    [Fact]
    public async Task A_locked_account_cannot_sign_in_any_more_from_any_host_and_its_session_goes_on_until_it_is_ended()
    {
        var name = await NewUser();
        using var session = await fixture.Server.Session(name, Password);

        Assert.Equal((Outcome.Changed, null), Ending(await fixture.Run(StepAction.DisableAccount, name)));
        Assert.False(await fixture.Server.LetsIn(name, Password));
        Assert.Equal("2", await fixture.Server.Run($"select count(*) from mysql.global_priv where user = '{name}' and json_value(priv, '$.account_locked') = 1"));
        Assert.False(session.HasExited);

        Assert.Equal((Outcome.Changed, null), Ending(await fixture.Run(StepAction.RevokeSessions, name)));
        await Eventually.True("the client's end", () => Task.FromResult(session.HasExited));
        Assert.Equal("0", await fixture.Server.Run($"select count(*) from information_schema.processlist where user = '{name}'"));
    }

    [Fact]
    public async Task An_account_with_one_open_entry_is_not_taken_for_disabled()
    {
        var name = await NewUser();
        await fixture.Server.Run($"alter user {name}@localhost account lock");

        Assert.True((await fixture.Read(name))!.Enabled);
        Assert.Equal(Outcome.Changed, (await fixture.Run(StepAction.DisableAccount, name)).Outcome);
        Assert.False(await fixture.Server.LetsIn(name, Password));
    }

    [Fact]
    public async Task No_password_and_no_alternative_to_it_works_after_credentials_are_revoked()
    {
        var name = await NewUser();
        await fixture.Server.Run($"create user {name}@'::1' identified via unix_socket or ed25519 using password('x') or mysql_native_password using password('y'); create user {name}@'10.0.0.1'");
        Assert.Equal(6, (await fixture.Read(name))!.Credentials);

        Assert.Equal((Outcome.Changed, null), Ending(await fixture.Run(StepAction.RevokeCredentials, name)));

        Assert.False(await fixture.Server.LetsIn(name, Password));
        Assert.False(await fixture.Server.LetsIn(name, ""));
        Assert.Equal(0, (await fixture.Read(name))!.Credentials);
        Assert.Equal("4", await fixture.Server.Run($"select count(*) from mysql.global_priv where user = '{name}' and json_value(priv, '$.plugin') = 'mysql_native_password' and json_value(priv, '$.authentication_string') = 'invalid' and priv not like '%unix_socket%' and priv not like '%ed25519%'"));
    }

    [Fact]
    public async Task An_entry_that_the_server_ignores_is_said_and_keeps_no_other_open()
    {
        var name = await NewUser();
        await fixture.Server.Run($"insert into mysql.global_priv select 'an.ignored.host', user, priv from mysql.global_priv where user = '{name}' and host = '%'");

        var report = await fixture.Run(StepAction.DisableAccount, name);

        Assert.Equal((Outcome.Rejected, "mysql-1396"), Ending(report));
        Assert.Contains("an.ignored.host", report.Message, StringComparison.Ordinal);
        Assert.False(await fixture.Server.LetsIn(name, Password));
        await fixture.Server.Run($"delete from mysql.global_priv where host = 'an.ignored.host'");
    }

    [Theory]
    [MemberData(nameof(RealNastyNames))]
    public async Task A_user_with_a_nasty_name_is_cut_and_restored_like_any_other(string nasty)
    {
        var name = nasty + fixture.NewName("");
        var (account, similar) = ($"{MariaDbUsers.Quote(name)}@{MariaDbUsers.Quote("10.1.%")}", $"{MariaDbUsers.Quote(name + "x")}@{MariaDbUsers.Quote("10.1.%")}");
        await fixture.Server.Run($"create user {account} identified by 'x', {similar} identified by 'x'; grant readers to {account}; grant select (a) on shop.t to {account}");
        var before = await fixture.Grants(name, "10.1.%");

        var disabled = await fixture.Run(StepAction.DisableAccount, name);
        Assert.Equal((Outcome.Changed, null), Ending(disabled));
        Assert.Equal((Outcome.Changed, null), Ending(await fixture.Run(StepAction.RemoveEntitlements, name)));
        Assert.Equal((Outcome.Changed, null), Ending(await fixture.Run(StepAction.RestoreAccount, name, snapshots: disabled.Snapshots)));
        Assert.Equal(before, await fixture.Grants(name, "10.1.%"));
        Assert.Equal((Outcome.Changed, null), Ending(await fixture.Run(StepAction.RevokeCredentials, name)));
        Assert.Equal((Outcome.Changed, null), Ending(await fixture.Run(StepAction.DeleteAccount, name)));

        Assert.Equal("1", await fixture.Server.Run("select count(*) from mysql.global_priv where user = 'canary'"));
        Assert.Equal("canary", (await fixture.Read("canary"))!.Account.Name);
        Assert.True((await fixture.Read(name + "x"))!.Enabled);
    }

    [Theory]
    [InlineData("{0} ")]
    [InlineData(" {0}")]
    [InlineData("{0}%")]
    [InlineData("")]
    [InlineData("readers")]
    [InlineData("PUBLIC")]
    public async Task Nobody_is_found_by_a_name_that_is_only_like_theirs_nor_the_anonymous_user_nor_a_role(string like)
    {
        var name = await NewUser();
        await fixture.Server.Run("create user if not exists ''@'10.9.9.9'");
        await using var connector = fixture.Open();

        Assert.Empty(await connector.FindAsync(string.Format(null, like, name), default));
        Assert.Empty(await connector.FindAsync(name.ToUpperInvariant(), default));
        Assert.Single(await connector.FindAsync(name, default));
    }

    [Theory]
    [InlineData("root")]
    [InlineData("mariadb.sys")]
    public async Task Built_in_accounts_are_never_touched(string guarded)
    {
        foreach (var action in new[] { StepAction.DisableAccount, StepAction.RevokeSessions, StepAction.RemoveEntitlements, StepAction.DeleteAccount })
        {
            Assert.Equal((Outcome.Rejected, "protected"), Ending(await fixture.Run(action, guarded)));
        }
    }

    [Fact]
    public async Task Our_own_account_is_never_touched()
    {
        var admin = await NewAdmin();

        Assert.Equal((Outcome.Rejected, "protected"), Ending(await fixture.Run(StepAction.DisableAccount, admin, admin)));
        Assert.True(await fixture.Server.LetsIn(admin, "admin"));
    }

    [Fact]
    public async Task What_the_leaver_defined_is_told_when_it_is_locked_and_keeps_it_from_being_deleted()
    {
        var name = await NewUser();
        await fixture.Server.Run($"create definer={name}@'%' event shop.e_{name} on schedule every 1 day do select 1; create definer={name}@localhost view shop.v_{name} as select 1; create definer={name}@'%' procedure shop.p_{name}() select 1");

        var disabled = await fixture.Run(StepAction.DisableAccount, name);
        var deleted = await fixture.Run(StepAction.DeleteAccount, name);

        Assert.Equal((Outcome.Changed, "follow-up"), Ending(disabled));
        Assert.Contains("1 event", disabled.Message, StringComparison.Ordinal);
        Assert.Contains("1 view", disabled.Message, StringComparison.Ordinal);
        Assert.Equal((Outcome.Rejected, "is-definer"), Ending(deleted));
        Assert.Equal("2", await fixture.Server.Run($"select count(*) from mysql.global_priv where user = '{name}'"));

        await fixture.Server.Run($"drop event shop.e_{name}; drop view shop.v_{name}; drop procedure shop.p_{name}");
        Assert.Equal((Outcome.Changed, null), Ending(await fixture.Run(StepAction.DeleteAccount, name)));
    }

    [Fact]
    public async Task A_deleted_account_leaves_no_session_behind()
    {
        var name = await NewUser();
        using var session = await fixture.Server.Session(name, Password);

        Assert.Equal((Outcome.Changed, null), Ending(await fixture.Run(StepAction.DeleteAccount, name)));

        await Eventually.True("the client's end", () => Task.FromResult(session.HasExited));
        Assert.Equal("0", await fixture.Server.Run($"select count(*) from mysql.global_priv where user = '{name}'"));
    }

    [Fact]
    public async Task A_list_of_several_pages_has_every_user_once_and_no_role_and_nobody_anonymous()
    {
        var prefix = fixture.NewName("many");
        await fixture.Server.Run($"create user {string.Join(", ", Enumerable.Range(0, 700).Select(i => $"{prefix}_{i}@'%' account lock"))}".Replace(" account lock,", ",", StringComparison.Ordinal));
        await using var connector = fixture.Open();
        var listed = new List<string>();
        string? cursor = null;
        do
        {
            var page = await connector.ListAsync(cursor, default);
            listed.AddRange(page.Accounts.Select(a => a.Account.Name));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(700, listed.Count(n => n.StartsWith(prefix, StringComparison.Ordinal)));
        Assert.Equal(listed.Count, listed.Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain(listed, n => n is "" or "readers");
        await fixture.Server.Run($"drop user {string.Join(", ", Enumerable.Range(0, 700).Select(i => $"{prefix}_{i}@'%'"))}");
    }

    private static (Outcome, string?) Ending(StepReport report) => (report.Outcome, report.Code);

    private async Task<string> NewUser()
    {
        var name = fixture.NewName("ada");
        await fixture.Server.Run($"create user {name}@'%' identified by '{Password}', {name}@localhost identified by '{Password}'");
        return name;
    }

    private async Task<string> NewAdmin()
    {
        var name = fixture.NewName("admin");
        await fixture.Server.Run($"create user {name}@'%' identified by 'admin'; grant all on *.* to {name}@'%' with grant option");
        return name;
    }
}
