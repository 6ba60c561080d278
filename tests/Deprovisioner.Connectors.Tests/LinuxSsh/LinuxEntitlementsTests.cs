using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.LinuxSsh;

/// <summary>Groups, rules of sudo, and jobs.</summary>
[Collection(nameof(LinuxFixture))]
public sealed class LinuxEntitlementsTests(LinuxFixture fixture)
{
    [Fact]
    public async Task A_rule_of_sudo_that_is_the_persons_own_goes_and_comes_back_and_no_other_line_moves()
    {
        var (name, other) = (await fixture.NewAccount(), await fixture.NewAccount());
        await fixture.Machine.Run("printf '# tools\\n%s ALL=(ALL) NOPASSWD: /bin/ls\\n%s ALL=(%s) /bin/cat\\n' \"$1\" \"$2\" \"$1\" >/etc/sudoers.d/tools; chmod 0440 /etc/sudoers.d/tools", name, other);
        Assert.Contains("/bin/ls", await fixture.Machine.Run("sudo -l -U \"$1\"", name), StringComparison.Ordinal);

        var removed = await fixture.Act(StepAction.RemoveEntitlements, name);

        Assert.Equal((Outcome.Changed, null), (removed.Outcome, removed.Code));
        Assert.Contains("not allowed to run sudo", await fixture.Machine.Run("sudo -l -U \"$1\"", name), StringComparison.Ordinal);
        Assert.Equal($"# tools\n{other} ALL=({name}) /bin/cat", await fixture.Machine.Run("cat /etc/sudoers.d/tools"));
        Assert.Equal(name, await fixture.Machine.Run("id -Gn \"$1\"", name));

        await using var host = fixture.Host();
        Assert.Equal(Outcome.Changed, (await host.Run(ConformanceHost.Command(fixture.Settings, StepAction.RestoreAccount, name) with { Snapshots = removed.Snapshots })).Outcome);
        Assert.Contains("/bin/ls", await fixture.Machine.Run("sudo -l -U \"$1\"", name), StringComparison.Ordinal);
        Assert.Equal($"{name} readers writers", await fixture.Machine.Run("id -Gn \"$1\"", name));
        Assert.Equal("440 root", await fixture.Machine.Run("stat -c '%a %U' /etc/sudoers.d/tools; visudo -cqf /etc/sudoers.d/tools"));
    }

    [Theory]
    [InlineData("%1, canary ALL=(ALL) ALL")]
    [InlineData("User_Alias ADMINS = canary, %1")]
    [InlineData("canary, \\\n  %1 ALL=(ALL) ALL")]
    [InlineData("canary ALL = ALL\n%1 \\\n ALL=(ALL) ALL")]
    public async Task A_rule_of_sudo_with_others_is_a_persons_to_change(string rule)
    {
        var name = await fixture.NewAccount();
        await fixture.Machine.Run("printf '%s\\n' \"$1\" >/etc/sudoers.d/shared", rule.Replace("%1", name, StringComparison.Ordinal));
        var before = await fixture.Machine.Run("cat /etc/sudoers.d/shared");

        var report = await fixture.Act(StepAction.RemoveEntitlements, name);

        Assert.Equal((Outcome.NotRemovableHere, "owned-elsewhere"), (report.Outcome, report.Code));
        Assert.Contains("sudoers, by hand", report.Message, StringComparison.Ordinal);
        Assert.Equal(before, await fixture.Machine.Run("cat /etc/sudoers.d/shared; rm /etc/sudoers.d/shared"));
        Assert.Equal(name, await fixture.Machine.Run("id -Gn \"$1\"", name));
    }

    [Fact]
    public async Task Jobs_are_taken_away_and_come_back_as_they_were()
    {
        var name = await fixture.NewAccount();
        await fixture.Machine.Run(
            "for job in \"crontabs/$1\" \"atjobs/a$1\"; do echo '* * * * * true' >\"/var/spool/cron/$job\"; chown \"$1:\" \"/var/spool/cron/$job\"; chmod 0600 \"/var/spool/cron/$job\"; done", name);
        const string Jobs = "find /var/spool/cron -type f -user \"$1\" -printf '%P %m\\n' | sort";
        var before = await fixture.Machine.Run(Jobs, name);
        Assert.Equal($"atjobs/a{name} 600\ncrontabs/{name} 600", before);

        var removed = await fixture.Act(StepAction.RemoveEntitlements, name);

        Assert.Equal(Outcome.Changed, removed.Outcome);
        Assert.Equal("", await fixture.Machine.Run(Jobs, name));
        await using var host = fixture.Host();
        Assert.Equal(Outcome.Changed, (await host.Run(ConformanceHost.Command(fixture.Settings, StepAction.RestoreAccount, name) with { Snapshots = removed.Snapshots })).Outcome);
        Assert.Equal(before, await fixture.Machine.Run(Jobs, name));
    }

    [Fact]
    public async Task A_restore_gives_no_group_that_was_not_taken_here()
    {
        var name = await fixture.NewAccount();
        var removed = await fixture.Act(StepAction.RemoveEntitlements, name);
        var sudo = await fixture.Machine.Run("getent group sudo | cut -d: -f3");
        var forged = removed.Snapshots[0] with { Entitlements = [$"group:{sudo}"] };
        await using var host = fixture.Host();

        var report = await host.Run(ConformanceHost.Command(fixture.Settings, StepAction.RestoreAccount, name) with { Snapshots = [forged] });

        Assert.Equal((Outcome.Rejected, "entitlement-unknown"), (report.Outcome, report.Code));
        Assert.Equal(name, await fixture.Machine.Run("id -Gn \"$1\"", name));
    }

    [Fact]
    public async Task What_cannot_be_put_back_does_not_stop_the_rest()
    {
        var (name, group) = (await fixture.NewAccount(), fixture.NewName("aaa"));
        await fixture.Machine.Run("groupadd \"$2\"; usermod -aG \"$2\" \"$1\"", name, group);
        var removed = await fixture.Act(StepAction.RemoveEntitlements, name);
        await fixture.Machine.Run("groupdel \"$1\"", group);
        await using var host = fixture.Host();

        var report = await host.Run(ConformanceHost.Command(fixture.Settings, StepAction.RestoreAccount, name) with { Snapshots = removed.Snapshots });

        Assert.Equal((Outcome.Rejected, "entitlement-gone"), (report.Outcome, report.Code));
        Assert.Equal($"{name} readers writers", await fixture.Machine.Run("id -Gn \"$1\"", name));
    }

    [Fact]
    public async Task A_privileged_primary_group_is_told_and_left()
    {
        var name = await fixture.NewAccount();
        await fixture.Machine.Run("usermod -g adm \"$1\"", name);

        var report = await fixture.Act(StepAction.RemoveEntitlements, name);

        Assert.Equal((Outcome.NotRemovableHere, "owned-elsewhere"), (report.Outcome, report.Code));
        Assert.Contains("adm", report.Message, StringComparison.Ordinal);
    }
}
