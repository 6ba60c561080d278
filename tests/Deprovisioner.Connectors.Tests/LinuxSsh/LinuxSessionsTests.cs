using System.Globalization;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.LinuxSsh;

/// <summary>Signing in and what runs, by OpenSSH's client and the machine's own tools.</summary>
[Collection(nameof(LinuxFixture))]
public sealed class LinuxSessionsTests(LinuxFixture fixture)
{
    [Fact]
    public async Task A_disabled_account_signs_in_with_no_key_and_no_password_any_more()
    {
        var name = await fixture.NewAccount();
        Assert.Equal(0, (await fixture.Machine.SignInWithKey(name)).ExitCode);
        Assert.Equal(0, (await fixture.Machine.SignInWithPassword(name, LinuxFixture.Password)).ExitCode);

        var report = await fixture.Act(StepAction.DisableAccount, name);

        Assert.Equal((Outcome.Changed, null), (report.Outcome, report.Code));
        Assert.NotEqual(0, (await fixture.Machine.SignInWithKey(name)).ExitCode);
        Assert.NotEqual(0, (await fixture.Machine.SignInWithPassword(name, LinuxFixture.Password)).ExitCode);
        Assert.StartsWith($"{name} L ", await fixture.Machine.Run("passwd -S \"$1\"", name), StringComparison.Ordinal);
        Assert.Matches("Account expires\\s+: Jan 02, 1970", await fixture.Machine.Run("chage -l \"$1\"", name));
        Assert.NotEqual(0, (await fixture.Machine.Try("su -s /bin/sh -c true -- \"$1\"", name)).ExitCode);
    }

    [Fact]
    public async Task A_locked_password_does_not_stop_a_key_and_is_not_taken_for_a_disabled_account()
    {
        var name = await fixture.NewAccount();
        await fixture.Machine.Run("passwd -l \"$1\"", name);
        Assert.Equal(0, (await fixture.Machine.SignInWithKey(name)).ExitCode);

        Assert.Equal(Outcome.Changed, (await fixture.Act(StepAction.DisableAccount, name)).Outcome);

        Assert.NotEqual(0, (await fixture.Machine.SignInWithKey(name)).ExitCode);
    }

    [Fact]
    public async Task An_sshd_without_PAM_refuses_an_expired_account_too()
    {
        var port = LoopbackPort.Free();
        var (expired, other) = (await fixture.NewAccount(), await fixture.NewAccount());
        await fixture.Machine.Run("/usr/sbin/sshd -p \"$1\" -o UsePAM=no -o PidFile=none", port.ToString(CultureInfo.InvariantCulture));
        await Eventually.True("the other sshd", async () => (await fixture.Machine.SignInWithKey(other, port: port)).ExitCode == 0);

        // By hand, and without a lock, which alone would do here: it is the expiry that is looked at.
        await fixture.Machine.Run("usermod --expiredate 1 -- \"$1\"", expired);

        Assert.NotEqual(0, (await fixture.Machine.SignInWithKey(expired, port: port)).ExitCode);
        Assert.NotEqual(0, (await fixture.Machine.SignInWithPassword(expired, LinuxFixture.Password, port: port)).ExitCode);
    }

    [Fact]
    public async Task What_runs_goes_on_after_the_account_is_disabled_and_ends_when_its_sessions_are_revoked()
    {
        var (name, neighbour) = (await fixture.NewAccount(), await fixture.NewAccount());
        await fixture.StartProcesses(neighbour);
        await fixture.Machine.SignInWithKey(name, "nohup sleep 3600 >/dev/null 2>&1 & setsid sh -c 'trap : TERM HUP; while :; do sleep 1; done' >/dev/null 2>&1 &");
        await fixture.Machine.Run("touch \"/var/lib/systemd/linger/$1\"", name);

        Assert.Equal(Outcome.Changed, (await fixture.Act(StepAction.DisableAccount, name)).Outcome);
        Assert.True(await fixture.Processes(name) >= 2);
        Assert.Equal((Outcome.Changed, null), await fixture.OutcomeOf(StepAction.RevokeSessions, name));

        Assert.Equal(0, await fixture.Processes(name));
        Assert.Equal(2, await fixture.Processes(neighbour));
        Assert.Equal("gone", await fixture.Machine.Run("[ -e \"/var/lib/systemd/linger/$1\" ] || echo gone", name));
    }

    [Fact]
    public async Task A_root_shell_that_the_person_left_is_told_and_not_ended()
    {
        var name = await fixture.NewAccount();
        await fixture.StartProcesses(name);
        var left = await fixture.Machine.Run("uid=$(id -u \"$1\"); (echo $uid >/proc/self/loginuid; exec setsid sleep 3600) </dev/null >/dev/null 2>&1 & echo $!", name);

        var report = await fixture.Act(StepAction.RevokeSessions, name);

        Assert.Equal((Outcome.Changed, "follow-up"), (report.Outcome, report.Code));
        Assert.StartsWith("1 processes", report.Message, StringComparison.Ordinal);
        Assert.Equal("root", (await fixture.Machine.Run("ps -o user= -p \"$1\"; kill \"$1\"", left)).Trim());
    }

    [Fact]
    public async Task Processes_of_a_shared_uid_are_nobodys_to_end()
    {
        var (name, other) = (await fixture.NewAccount(), fixture.NewName("twin"));
        await fixture.Machine.Run("useradd --non-unique --uid \"$(id -u \"$1\")\" --no-user-group --gid readers --create-home -- \"$2\"", name, other);
        await fixture.StartProcesses(name);

        Assert.Equal((Outcome.Rejected, "uid-shared"), await fixture.OutcomeOf(StepAction.RevokeSessions, name));

        Assert.Equal(2, await fixture.Processes(name));
        Assert.Equal(Outcome.Changed, (await fixture.Act(StepAction.DisableAccount, other)).Outcome);
        Assert.Equal(0, (await fixture.Machine.SignInWithKey(name)).ExitCode);
    }

    [Theory]
    [InlineData("root")]
    [InlineData("daemon")]
    [InlineData("nobody")]
    [InlineData("deprovisioner")]
    public async Task The_machines_own_accounts_and_ours_are_never_touched_not_by_the_program_either(string guarded)
    {
        foreach (var action in new[] { StepAction.DisableAccount, StepAction.RevokeSessions, StepAction.RevokeCredentials, StepAction.DeleteAccount })
        {
            Assert.Equal((Outcome.Rejected, "protected"), await fixture.OutcomeOf(action, guarded));
        }

        var id = await fixture.IdOf(guarded);
        Assert.Contains("refused critical", await fixture.Machine.Run("printf '1 disable\\nid %s\\nend\\n' \"$1\" | deprovisioner-account || :", id), StringComparison.Ordinal);
    }
}
