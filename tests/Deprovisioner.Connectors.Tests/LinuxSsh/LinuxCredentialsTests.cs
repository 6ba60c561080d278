using Deprovisioner.Connectors.LinuxSsh;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.LinuxSsh;

/// <summary>Passwords and keys, and what a leaver may have laid in the way of whoever takes them.</summary>
[Collection(nameof(LinuxFixture))]
public sealed class LinuxCredentialsTests(LinuxFixture fixture)
{
    [Fact]
    public async Task Keys_and_password_are_gone_for_good_and_kept_where_only_root_can_read()
    {
        var name = await fixture.NewAccount();
        var disabled = await fixture.Act(StepAction.DisableAccount, name);

        Assert.Equal((Outcome.Changed, null), await fixture.OutcomeOf(StepAction.RevokeCredentials, name));
        Assert.Equal("", await fixture.Machine.Run("find \"/home/$1/.ssh\" -type f", name));
        Assert.Equal(fixture.Machine.OtherPublicKey, await fixture.Machine.Run("cat $(find /var/lib/deprovisioner-account -name 'keys.*' -newer \"/home/$1\" -path \"$(dirname $(grep -l \"^$1:\" /var/lib/deprovisioner-account/*/account))/*\")", name));
        Assert.NotEqual(0, (await fixture.Machine.Try("setpriv --reuid canary --regid canary --clear-groups ls /var/lib/deprovisioner-account")).ExitCode);

        await using var host = fixture.Host();
        var restored = await host.Run(ConformanceHost.Command(fixture.Settings, StepAction.RestoreAccount, name) with { Snapshots = disabled.Snapshots });

        Assert.Equal(Outcome.Changed, restored.Outcome);
        Assert.Matches("Account expires\\s+: never", await fixture.Machine.Run("chage -l \"$1\"", name));
        Assert.NotEqual(0, (await fixture.Machine.SignInWithKey(name)).ExitCode);
        Assert.NotEqual(0, (await fixture.Machine.SignInWithPassword(name, LinuxFixture.Password)).ExitCode);
    }

    [Fact]
    public async Task A_restore_puts_the_password_back_where_only_the_lock_was_laid()
    {
        var name = await fixture.NewAccount();
        await fixture.Machine.Run("usermod --expiredate 2099-12-31 -- \"$1\"", name);
        var disabled = await fixture.Act(StepAction.DisableAccount, name);
        await using var host = fixture.Host();

        Assert.Equal(Outcome.Changed, (await host.Run(ConformanceHost.Command(fixture.Settings, StepAction.RestoreAccount, name) with { Snapshots = disabled.Snapshots })).Outcome);

        Assert.Equal(0, (await fixture.Machine.SignInWithPassword(name, LinuxFixture.Password)).ExitCode);
        Assert.Matches("Account expires\\s+: Dec 31, 2099", await fixture.Machine.Run("chage -l \"$1\"", name));
    }

    [Fact]
    public async Task Links_and_pipes_in_a_home_lead_nowhere()
    {
        var name = await fixture.NewAccount();
        await fixture.Machine.Run("cd \"/home/$1/.ssh\"; ln -sf /etc/shadow authorized_keys; mkfifo authorized_keys2; chown -h \"$1:\" authorized_keys authorized_keys2", name);
        const string Others = "grep -v \"^$1:\" /etc/shadow | sha256sum";
        var before = await fixture.Machine.Run(Others, name);

        Assert.Equal((Outcome.Changed, null), await fixture.OutcomeOf(StepAction.RevokeCredentials, name));

        Assert.Equal(before, await fixture.Machine.Run(Others, name));
        Assert.Equal("", await fixture.Machine.Run("find \"/home/$1/.ssh\" -type l", name));
        Assert.Equal("", await fixture.Machine.Run("grep -rl root: /var/lib/deprovisioner-account --include='keys.*' || :"));
    }

    [Fact]
    public async Task Another_persons_keys_behind_a_link_stay()
    {
        var (name, other) = (await fixture.NewAccount(), await fixture.NewAccount());
        await fixture.Machine.Run("chmod -R a+rX \"/home/$2\"; rm -r \"/home/$1/.ssh\"; ln -s \"/home/$2/.ssh\" \"/home/$1/.ssh\"", name, other);

        Assert.Equal((Outcome.Rejected, "keys-remain"), await fixture.OutcomeOf(StepAction.RevokeCredentials, name));

        Assert.Equal(fixture.Machine.OtherPublicKey, await fixture.Machine.Run("cat \"/home/$1/.ssh/authorized_keys\"", other));
    }

    [Fact]
    public async Task Keys_are_looked_for_where_sshd_looks_and_those_for_everybody_are_a_persons_to_judge()
    {
        var name = await fixture.NewAccount();
        await fixture.Machine.Run(
            "mkdir -p /etc/ssh/keys; echo \"$2\" | tee \"/etc/ssh/keys/$1\" >/etc/ssh/everybody; printf 'Match User %s\\n AuthorizedKeysFile /etc/ssh/keys/%%u /etc/ssh/everybody\\n AuthorizedKeysCommand /bin/true\\n AuthorizedKeysCommandUser nobody\\n' \"$1\" >>/etc/ssh/sshd_config",
            name, fixture.Machine.OtherPublicKey);

        var report = await fixture.Act(StepAction.RevokeCredentials, name);

        Assert.Equal((Outcome.Changed, "follow-up"), (report.Outcome, report.Code));
        Assert.Contains("authorizedkeyscommand", report.Message, StringComparison.Ordinal);
        Assert.Contains("/etc/ssh/everybody", report.Message, StringComparison.Ordinal);
        Assert.Equal("/etc/ssh/everybody", await fixture.Machine.Run("ls \"/etc/ssh/keys/$1\" /etc/ssh/everybody 2>/dev/null || :", name));
    }

    [Fact]
    public async Task Where_sshd_does_not_say_where_keys_are_none_are_claimed_to_be_gone()
    {
        var name = await fixture.NewAccount();
        await fixture.Machine.Run("cp /etc/ssh/sshd_config /etc/ssh/kept; echo Nonsense yes >/etc/ssh/sshd_config");
        try
        {
            Assert.Equal((Outcome.Rejected, "keys-unknown"), await fixture.OutcomeOf(StepAction.RevokeCredentials, name));
            await using var host = fixture.Host();
            Assert.Contains((await host.Check()).Findings, f => f is { Subject: "sshd's settings", Ok: false, Remedy: not null });
        }
        finally
        {
            await fixture.Machine.Run("mv /etc/ssh/kept /etc/ssh/sshd_config");
        }
    }

    [Fact]
    public async Task A_home_that_two_accounts_share_keeps_its_keys()
    {
        var (name, other) = (await fixture.NewAccount(), fixture.NewName("twin"));
        await fixture.Machine.Run("useradd --home-dir \"/home/$1\" -- \"$2\"", name, other);

        Assert.Equal((Outcome.Rejected, "home-shared"), await fixture.OutcomeOf(StepAction.RevokeCredentials, name));

        Assert.Equal(0, (await fixture.Machine.SignInWithKey(name)).ExitCode);
    }

    [Fact]
    public async Task A_locked_password_counts_since_unlocking_would_make_it_good()
    {
        var name = await fixture.NewAccount();
        await fixture.Machine.Run("rm -r \"/home/$1/.ssh\"; passwd -l \"$1\"", name);
        await using var connector = new LinuxSshKind().Open(fixture.Settings, new PlainSecrets(), TimeProvider.System);
        var id = await fixture.IdOf(name);

        Assert.Equal(1, (await connector.ReadAsync(id, default))!.Credentials);
        Assert.Equal((Outcome.Changed, null), await fixture.OutcomeOf(StepAction.RevokeCredentials, name));
        Assert.Equal(0, (await connector.ReadAsync(id, default))!.Credentials);
        Assert.Equal($"{name}:!*", await fixture.Machine.Run("getent shadow \"$1\" | cut -d: -f1,2", name));
    }
}
