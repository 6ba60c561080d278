using System.Globalization;
using System.Security.Cryptography;
using Deprovisioner.Connectors.LinuxSsh;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.LinuxSsh;

/// <summary>Which account is meant, and what is left when it is deleted.</summary>
[Collection(nameof(LinuxFixture))]
public sealed class LinuxAccountsTests(LinuxFixture fixture)
{
    /// <summary>What useradd would refuse and /etc/passwd can hold all the same. A leading - or + is no name to glibc (nss/nss_files/files-pwd.c).</summary>
    public static TheoryData<string> RealNastyNames => ["a b", "x;touch $HOME", "$(reboot)", "a'b", "ünï\u202Ecode", "%n%s", "a\\b", "*", "end"];

    [Theory]
    [MemberData(nameof(RealNastyNames))]
    public async Task An_account_with_a_nasty_name_is_cut_restored_and_deleted_like_any_other(string nasty)
    {
        var (name, number) = (nasty + fixture.NewName(""), $"{20_000 + RandomNumberGenerator.GetInt32(20_000)}");
        await fixture.Machine.Run(
            """
            printf '%s:x:%s:%s::/home/%s:/bin/sh\n' "$1" "$2" "$2" "$2" >>/etc/passwd
            printf '%s:$5$x$y:20000:0:99999:7:::\n' "$1" >>/etc/shadow
            printf '%s:x:%s:\nof%s:x:1%s:%s\n' "$1" "$2" "$2" "$2" "$1" >>/etc/group
            install -d -o "$2" -g "$2" "/home/$2"
            """,
            name, number);

        var disabled = await fixture.Act(StepAction.DisableAccount, name);
        Assert.Equal((Outcome.Changed, null), (disabled.Outcome, disabled.Code));
        foreach (var action in new[] { StepAction.RevokeCredentials, StepAction.RemoveEntitlements })
        {
            Assert.Equal((Outcome.Changed, null), await fixture.OutcomeOf(action, name));
        }

        await using var host = fixture.Host();
        Assert.Equal(Outcome.Changed, (await host.Run(ConformanceHost.Command(fixture.Settings, StepAction.RestoreAccount, name) with { Snapshots = disabled.Snapshots })).Outcome);
        Assert.Equal(Outcome.Changed, (await fixture.OutcomeOf(StepAction.DeleteAccount, name)).Outcome);
        Assert.Equal("0", await fixture.Machine.Run("grep -cF -- \"$1:\" /etc/passwd || :", name));
    }

    [Fact]
    public async Task An_account_that_was_deleted_and_made_anew_with_name_and_uid_is_another()
    {
        var name = await fixture.NewAccount();
        var id = await fixture.IdOf(name);
        Assert.Contains(":h:", id, StringComparison.Ordinal);
        await fixture.Machine.Run("uid=$(id -u \"$1\"); userdel -r \"$1\" 2>/dev/null; useradd -m -u \"$uid\" \"$1\"", name);
        await using var host = fixture.Host();

        var report = await host.Run(ConformanceHost.Command(fixture.Settings, StepAction.DisableAccount, name) with { KnownAccountIds = [id] });

        Assert.Equal(Outcome.Ambiguous, report.Outcome);
        Assert.NotEqual(id, await fixture.IdOf(name));
        Assert.Matches("Account expires\\s+: never", await fixture.Machine.Run("chage -l \"$1\"", name));
    }

    [Fact]
    public async Task An_account_that_was_renamed_is_found_by_its_id()
    {
        var name = await fixture.NewAccount();
        var id = await fixture.IdOf(name);
        await fixture.Machine.Run("usermod -l \"$1x\" \"$1\"", name);
        await using var host = fixture.Host();

        Assert.Equal(Outcome.Changed, (await host.Run(ConformanceHost.Command(fixture.Settings, StepAction.DisableAccount, "nobody-of-this-name") with { KnownAccountIds = [id] })).Outcome);
        Assert.StartsWith($"{name}x L", await fixture.Machine.Run("passwd -S \"$1x\"", name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_home_of_its_own_an_account_is_told_by_uid_and_name_and_a_uid_given_to_another_is_not_it()
    {
        var name = fixture.NewName("homeless");
        await fixture.Machine.Run("useradd --no-create-home \"$1\"", name);
        var id = await fixture.IdOf(name);
        Assert.EndsWith($":n:{name}", id, StringComparison.Ordinal);
        await using var connector = new LinuxSshKind().Open(fixture.Settings, new PlainSecrets(), TimeProvider.System);
        Assert.NotNull(await connector.ReadAsync(id, default));

        // The home is made at the first sign-in: still the same account, and from now on told by it.
        await fixture.Machine.Run("install -d -o \"$1\" \"/home/$1\"", name);
        Assert.Contains(":h:", (await connector.ReadAsync(id, default))!.Account.Id, StringComparison.Ordinal);

        await fixture.Machine.Run("uid=$(id -u \"$1\"); userdel \"$1\"; useradd -u \"$uid\" \"$1x\"", name);
        Assert.Null(await connector.ReadAsync(id, default));
    }

    [Fact]
    public async Task A_person_may_be_matched_by_the_address_in_the_comment()
    {
        var name = await fixture.NewAccount();
        var settings = fixture.Settings with { Match = new AccountMatch("comment", "person.email") };
        await using var host = fixture.Host(settings);

        Assert.Equal(Outcome.Absent, (await host.Run(ConformanceHost.Command(settings, StepAction.DisableAccount, $"{name}@example"))).Outcome);
        Assert.Equal(Outcome.Changed, (await host.Run(ConformanceHost.Command(settings, StepAction.DisableAccount, $"{name}@example.test"))).Outcome);
        Assert.StartsWith($"{name} L", await fixture.Machine.Run("passwd -S \"$1\"", name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_account_is_listed_once_over_several_pages_with_what_it_is_matched_by()
    {
        var name = await fixture.NewAccount();
        await fixture.Machine.Run("i=0; while [ $i -lt 110 ]; do i=$((i + 1)); printf 'many%s:x:%s:100:,,:/nowhere:/bin/sh\\n' $i $((59000 + i / 2)); done >>/etc/passwd");
        await using var connector = new LinuxSshKind().Open(fixture.Settings with { Match = new AccountMatch("comment", "person.email") }, new PlainSecrets(), TimeProvider.System);
        var listed = new List<ListedAccount>();
        string? cursor = null;
        do
        {
            var page = await connector.ListAsync(cursor, default);
            listed.AddRange(page.Accounts);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        var expected = (await fixture.Machine.Run("cut -d: -f1 /etc/passwd; sed -i '/^many/d' /etc/passwd")).Split('\n');
        Assert.Equal(expected.Order(StringComparer.Ordinal), listed.Select(a => a.Account.Name).Order(StringComparer.Ordinal));
        Assert.Equal($"{name}@example.test", Assert.Single(listed, a => a.Account.Name == name).MatchValue);
        Assert.True(Assert.Single(listed, a => a.Account.Name == "root").Critical);
    }

    [Fact]
    public async Task A_name_that_is_the_same_number_as_another_is_another_name()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{RandomNumberGenerator.GetInt32(1000, 9999)}");
        await fixture.Machine.Run("useradd --badname --no-create-home --no-user-group \"$1\"", name);

        Assert.Equal((Outcome.Absent, "unconfirmed"), await fixture.OutcomeOf(StepAction.DisableAccount, $"{name}.0"));
        Assert.Equal((Outcome.Absent, "unconfirmed"), await fixture.OutcomeOf(StepAction.DisableAccount, $"0{name}"));
        Assert.Equal(Outcome.Changed, (await fixture.Act(StepAction.DisableAccount, name)).Outcome);
    }

    [Fact]
    public async Task An_account_from_a_name_service_is_not_taken_for_absent()
    {
        // systemd's own module of the name service, with a record from a file (https://systemd.io/USER_RECORD/).
        await fixture.Machine.Run("mkdir -p /etc/userdb; echo '{\"userName\":\"elsewhere\",\"uid\":64001,\"gid\":64001,\"disposition\":\"regular\"}' >/etc/userdb/elsewhere.user; getent passwd elsewhere");

        Assert.Equal((Outcome.NotRemovableHere, "elsewhere"), await fixture.OutcomeOf(StepAction.DisableAccount, "elsewhere"));
    }

    [Fact]
    public async Task An_account_that_runs_something_is_not_deleted()
    {
        var name = await fixture.NewAccount();
        await fixture.StartProcesses(name);

        Assert.Equal((Outcome.Rejected, "processes-run"), await fixture.OutcomeOf(StepAction.DeleteAccount, name));
        Assert.StartsWith(name, await fixture.Machine.Run("getent passwd \"$1\"", name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_account_leaves_a_closed_home_and_nothing_for_the_next_of_its_name()
    {
        var name = await fixture.NewAccount();
        await fixture.Machine.Run("echo '* * * * * true' >\"/var/spool/cron/crontabs/$1\"; chown \"$1\" \"/var/spool/cron/crontabs/$1\"; echo \"$1 ALL=(ALL) NOPASSWD: ALL\" >\"/etc/sudoers.d/of-$1\"", name);

        var report = await fixture.Act(StepAction.DeleteAccount, name, LinuxTarget.With(fixture.Machine));

        Assert.Equal((Outcome.Changed, "follow-up"), (report.Outcome, report.Code));
        Assert.Contains($"/home/{name}", report.Message, StringComparison.Ordinal);
        Assert.Equal($"root 700 /home/{name}", await fixture.Machine.Run("stat -c '%U %a %n' \"/home/$1\"", name));
        Assert.NotEqual(0, (await fixture.Machine.Try("getent passwd \"$1\" || getent group \"$1\" || ls \"/var/spool/cron/crontabs/$1\"", name)).ExitCode);
        Assert.Equal("", await fixture.Machine.Run("cat \"/etc/sudoers.d/of-$1\"", name));
        Assert.Equal(Outcome.Absent, (await fixture.Act(StepAction.DeleteAccount, name)).Outcome);
    }
}
