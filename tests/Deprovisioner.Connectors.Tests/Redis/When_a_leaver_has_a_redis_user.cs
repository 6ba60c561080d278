using Deprovisioner.Connectors.Redis;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Redis;

/// <summary>What becomes of a user, as redis-cli sees it.</summary>
[Collection(nameof(RedisFixture))]
public sealed class When_a_leaver_has_a_redis_user(RedisFixture fixture)
{
    private const string Password = RedisTarget.Password;

    /// <summary>Names that are rules, or would end a text somewhere else.</summary>
    public static TheoryData<string> RealNastyNames => ["on", "nopass", ">secret", "+@all", "~*", "reset", "a\"b", "a'b", "a\\", "a=b", "*", "ünï\u202Ecode", "%s", "user", "$1", "(", "😀"];

    private SystemSettings Settings => RedisTarget.With([fixture.Server.Address]);

    [Fact]
    public async Task A_disabled_user_cannot_sign_in_any_more_and_stays_connected_until_its_sessions_are_ended()
    {
        var name = await NewUser();
        using var session = await fixture.Server.Session(name, Password);

        Assert.Equal((Outcome.Changed, null), (await Settings.Run(StepAction.DisableAccount, name)).Ending());
        Assert.False(await fixture.Server.LetsIn(name, Password));
        Assert.Equal(1, (await Settings.Read(name))!.LiveSessions);
        Assert.False(session.HasExited);

        Assert.Equal((Outcome.Changed, null), (await Settings.Run(StepAction.RevokeSessions, name)).Ending());
        Assert.DoesNotContain($"user={name} ", await fixture.Server.Run("CLIENT", "LIST"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_user_leaves_no_session_behind()
    {
        var name = await NewUser();
        using var session = await fixture.Server.Session(name, Password);

        Assert.Equal((Outcome.Changed, null), (await Settings.Run(StepAction.DeleteAccount, name)).Ending());

        Assert.Null(await fixture.Server.Line(name));
        Assert.DoesNotContain("cmd=blpop", await fixture.Server.Run("CLIENT", "LIST"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_password_works_and_none_is_still_needed_after_credentials_are_revoked()
    {
        var (several, none) = (await NewUser(">second"), await NewUser("nopass"));
        Assert.Equal((2, 1), ((await Settings.Read(several))!.Credentials, (await Settings.Read(none))!.Credentials));

        foreach (var name in new[] { several, none })
        {
            Assert.Equal((Outcome.Changed, null), (await Settings.Run(StepAction.RevokeCredentials, name)).Ending());
            foreach (var password in new[] { Password, "second", "anything" })
            {
                Assert.False(await fixture.Server.LetsIn(name, password));
            }

            Assert.Equal(0, (await Settings.Read(name))!.Credentials);
        }
    }

    [Fact]
    public async Task Each_rule_is_taken_alone_and_comes_back_in_its_place()
    {
        var name = await NewUser("~app:*", "%R~read:*", "&news", "&chat.*", "+@read", "-get", "+config|get", "+flushdb", "(~sel:* +get)", "(%W~w:* &s +@all -set)");
        var before = await fixture.Server.Line(name);
        var had = (await Settings.Read(name))!.Entitlements;
        Assert.Equal(9, had.Count);

        foreach (var one in had)
        {
            var report = await Settings.Run(StepAction.RemoveEntitlements, name, new EntitlementSelection { Remove = [one.Id] });

            Assert.True(report is { Outcome: Outcome.Changed, Code: null }, $"{one.Id}: {report.Outcome} {report.Code} {report.Message}");
            Assert.Equal(had.Select(e => e.Id).Except([one.Id]), (await Settings.Read(name))!.Entitlements.Select(e => e.Id));
            Assert.Equal(Outcome.Changed, (await Settings.Run(StepAction.RestoreAccount, name, snapshots: report.Snapshots)).Outcome);
            Assert.Equal(Sorted(before), Sorted(await fixture.Server.Line(name)));
            Assert.Equal(Commands(before), Commands(await fixture.Server.Line(name)));
        }

        var all = await Settings.Run(StepAction.RemoveEntitlements, name);
        Assert.Equal((Outcome.Changed, null), all.Ending());
        Assert.Empty((await Settings.Read(name))!.Entitlements);
        Assert.Equal(Outcome.Changed, (await Settings.Run(StepAction.RestoreAccount, name, snapshots: all.Snapshots)).Outcome);
        Assert.Equal(Sorted(before), Sorted(await fixture.Server.Line(name)));
        Assert.Equal(Commands(before), Commands(await fixture.Server.Line(name)));
    }

    [Fact]
    public async Task What_was_forbidden_stays_forbidden_whatever_else_is_taken_and_given_back()
    {
        var name = await NewUser("allkeys", "+@all", "-@write", "-get", "+set");
        var removed = await Settings.Run(StepAction.RemoveEntitlements, name, new EntitlementSelection { Remove = ["+set"] });
        Assert.Equal(Outcome.Changed, removed.Outcome);
        await Settings.Run(StepAction.RestoreAccount, name, snapshots: removed.Snapshots);

        Assert.Contains("no permissions", await fixture.Server.Run("ACL", "DRYRUN", name, "GET", "k"), StringComparison.Ordinal);
        Assert.Equal("OK", await fixture.Server.Run("ACL", "DRYRUN", name, "SET", "k", "v"));
    }

    [Fact]
    public async Task Rules_that_the_server_writes_otherwise_lose_what_is_selected_and_nothing_else()
    {
        var name = await NewUser("allkeys", "+@read", "+@write", "-@dangerous");
        var rule = (await Settings.Read(name))!.Entitlements.Single(e => e.Id is "+@hash" or "+@write").Id;

        Assert.Equal(Outcome.Changed, (await Settings.Run(StepAction.RemoveEntitlements, name, new EntitlementSelection { Remove = [rule] })).Outcome);

        Assert.Contains("no permissions", await fixture.Server.Run("ACL", "DRYRUN", name, "HSET", "k", "f", "v"), StringComparison.Ordinal);
        Assert.Contains("no permissions", await fixture.Server.Run("ACL", "DRYRUN", name, "FLUSHALL"), StringComparison.Ordinal);
        Assert.Equal("OK", await fixture.Server.Run("ACL", "DRYRUN", name, "ZRANGE", "k", "0", "1"));
    }

    [Fact]
    public async Task A_restore_keeps_what_came_since_and_gives_no_password_back()
    {
        var name = await NewUser("~app:*", "+@read", "-get");
        var disabled = await Settings.Run(StepAction.DisableAccount, name);
        await Settings.Run(StepAction.RemoveEntitlements, name);
        await Settings.Run(StepAction.RevokeCredentials, name);
        await fixture.Server.Run("ACL", "SETUSER", name, "+set", "~new:*");

        var restored = await Settings.Run(StepAction.RestoreAccount, name, snapshots: disabled.Snapshots);

        Assert.Equal((Outcome.Changed, "follow-up"), restored.Ending());
        Assert.False(await fixture.Server.LetsIn(name, Password));
        Assert.Equal(["+@read", "+set", "~app:*", "~new:*"], (await Settings.Read(name))!.Entitlements.Select(e => e.Id));
        Assert.Contains("no permissions", await fixture.Server.Run("ACL", "DRYRUN", name, "GET", "app:k"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_who_may_use_every_key_now_is_not_narrowed_by_a_restore()
    {
        var name = await NewUser("~app:*");
        var removed = await Settings.Run(StepAction.RemoveEntitlements, name);
        await fixture.Server.Run("ACL", "SETUSER", name, "allkeys");

        Assert.Equal((Outcome.Rejected, "wider-now"), (await Settings.Run(StepAction.RestoreAccount, name, snapshots: removed.Snapshots)).Ending());
    }

    [Theory]
    [InlineData(">stolen")]
    [InlineData("nopass")]
    [InlineData("+get\" \"on")]
    [InlineData("+get nopass")]
    public async Task A_snapshot_that_holds_something_else_than_rules_is_refused(string rule)
    {
        var name = await NewUser("+get");
        var removed = await Settings.Run(StepAction.RemoveEntitlements, name);
        var text = RememberedUser.Write([new RememberedUser(fixture.Server.Address, true, new AclRules([rule], [], [], []))]);
        var snapshot = removed.Snapshots.Single() with { Entitlements = [rule], Attributes = new Dictionary<string, string> { [RememberedUser.Attribute] = text } };

        Assert.Equal((Outcome.Rejected, "bad-snapshot"), (await Settings.Run(StepAction.RestoreAccount, name, snapshots: [snapshot])).Ending());
        Assert.False(await fixture.Server.LetsIn(name, "stolen"));
    }

    [Theory]
    [MemberData(nameof(RealNastyNames))]
    public async Task A_user_with_a_nasty_name_is_cut_and_restored_like_any_other(string nasty)
    {
        var name = nasty + fixture.NewName("");
        await fixture.Server.Run("ACL", "SETUSER", name, "on", ">p", "~k", "+get");
        var users = await fixture.Server.Run("ACL", "USERS");

        var disabled = await Settings.Run(StepAction.DisableAccount, name);
        Assert.Equal((Outcome.Changed, null), disabled.Ending());
        Assert.Equal((Outcome.Changed, null), (await Settings.Run(StepAction.RemoveEntitlements, name)).Ending());
        Assert.Equal((Outcome.Changed, null), (await Settings.Run(StepAction.RestoreAccount, name, snapshots: disabled.Snapshots)).Ending());
        Assert.Equal("p", await fixture.Server.LetsIn(name, "p") ? "p" : "");
        Assert.Equal((Outcome.Changed, null), (await Settings.Run(StepAction.RevokeCredentials, name)).Ending());
        Assert.Equal(users, await fixture.Server.Run("ACL", "USERS"));
        Assert.Equal((Outcome.Changed, null), (await Settings.Run(StepAction.DeleteAccount, name)).Ending());
        Assert.True(await fixture.Server.LetsIn("canary", "canary"));
    }

    [Theory]
    [InlineData("default")]
    [InlineData("our-own")]
    public async Task The_default_user_and_our_own_are_never_touched(string guarded)
    {
        await fixture.Server.Run("ACL", "SETUSER", "our-own", "on", ">own", "+@all", "~*");
        var settings = RedisTarget.With([fixture.Server.Address], "our-own", "own");
        foreach (var action in new[] { StepAction.DisableAccount, StepAction.RevokeSessions, StepAction.RemoveEntitlements, StepAction.DeleteAccount })
        {
            Assert.Equal((Outcome.Rejected, "protected"), (await settings.Run(action, guarded)).Ending());
        }
    }

    [Fact]
    public async Task A_user_that_is_gone_meanwhile_is_not_created_by_an_act()
    {
        var name = await NewUser();
        await using var connector = Settings.Open();
        var before = (await connector.ReadAsync(name, default))!;
        await fixture.Server.Run("ACL", "DELUSER", name);

        foreach (var action in new[] { StepAction.DisableAccount, StepAction.RevokeCredentials, StepAction.RemoveEntitlements, StepAction.DeleteAccount })
        {
            await connector.ActAsync(new ActRequest { Action = action, Before = before, Facts = new Dictionary<string, string>() }, default);
            Assert.Null(await fixture.Server.Line(name));
        }
    }

    [Fact]
    public async Task A_list_of_several_pages_has_every_user_once()
    {
        var prefix = fixture.NewName("many");
        await using var connector = Settings.Open();
        await Task.WhenAll(Enumerable.Range(0, 24).Select(part => ServerProcess.Run(
            "sh", ["-c", $"for i in $(seq 1 50); do echo ACL SETUSER {prefix}-{part}-$i off; done | REDISCLI_AUTH={RedisServer.Password} redis-cli -p {fixture.Server.Port} > /dev/null"])));
        var listed = new List<string>();
        string? cursor = null;
        do
        {
            var page = await connector.ListAsync(cursor, default);
            listed.AddRange(page.Accounts.Select(a => a.Account.Name));
            Assert.All(page.Accounts.Where(a => a.Account.Name.StartsWith(prefix, StringComparison.Ordinal)), a => Assert.False(a.Enabled));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(1200, listed.Count(n => n.StartsWith(prefix, StringComparison.Ordinal)));
        Assert.Equal(listed.Count, listed.Distinct(StringComparer.Ordinal).Count());
    }

    private static string Sorted(string? line) => string.Join(' ', line!.Split(' ').Order(StringComparer.Ordinal));

    private static string Commands(string? line) => string.Join(' ', line!.Split('(')[0].Split(' ').Where(word => word is ['+' or '-', ..]));

    private async Task<string> NewUser(params string[] rules)
    {
        var name = fixture.NewName("ada");
        var answer = await fixture.Server.Run(["ACL", "SETUSER", name, "on", .. rules.Contains("nopass") ? [] : new[] { $">{Password}" }, .. rules.Length == 0 ? ["~nothing", "+blpop", "+acl|whoami"] : rules]);
        return answer == "OK" ? name : throw new InvalidOperationException(answer);
    }
}
