using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Deprovisioner.Connectors.LinuxSsh;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.LinuxSsh;

/// <summary>What the service account may do and what it means where it may not, and the connection.</summary>
[Collection(nameof(LinuxFixture))]
public sealed class LinuxRightsTests(LinuxFixture fixture)
{
    [Fact]
    public async Task Where_sudo_refuses_it_is_our_trouble_and_nobody_is_absent()
    {
        var plain = await ServiceAccount(options: "");

        foreach (var name in new[] { "canary", "nobody-of-this-name" })
        {
            await using var host = fixture.Host(fixture.Settings with { Values = With("user", plain) });
            var report = await host.Run(ConformanceHost.Command(fixture.Settings, StepAction.DisableAccount, name));
            Assert.Equal((Outcome.Unauthorized, "sudo-refused"), (report.Outcome, report.Code));
        }
    }

    [Fact]
    public async Task Where_something_else_answers_it_is_our_trouble()
    {
        var other = await ServiceAccount(options: "command=\"echo hello\" ");
        await using var host = fixture.Host(fixture.Settings with { Values = With("user", other) });

        var report = await host.Run(ConformanceHost.Command(fixture.Settings, StepAction.DisableAccount, "canary"));

        Assert.Equal((Outcome.Unauthorized, "program-missing"), (report.Outcome, report.Code));
    }

    [Fact]
    public async Task A_key_that_leads_to_a_shell_works_and_the_check_says_so()
    {
        var free = await ServiceAccount(options: "");
        await fixture.Machine.Run("echo \"$1 ALL=(root) NOPASSWD: /usr/local/sbin/deprovisioner-account\" >\"/etc/sudoers.d/$1\"", free);
        await using var host = fixture.Host(fixture.Settings with { Values = With("user", free) });

        var check = await host.Check();

        Assert.True(check.Reachable);
        Assert.Contains("Debian", check.Version, StringComparison.Ordinal);
        Assert.Equal("the key leads to the program and to no shell", Assert.Single(check.Findings, f => !f.Ok).Subject);
    }

    [Fact]
    public async Task The_installed_key_gives_no_command_no_terminal_no_forwarding_and_no_way_to_change_itself()
    {
        var (_, output) = await fixture.Machine.SignInWithKey("deprovisioner", "id; cat /etc/shadow", key: "key");
        Assert.Contains("refused bad-request", output, StringComparison.Ordinal);
        Assert.DoesNotContain("uid=", output, StringComparison.Ordinal);

        Assert.Equal("restrict", (await fixture.Machine.Run("cut -d, -f1 /var/lib/deprovisioner/.ssh/authorized_keys")).Trim());
        Assert.NotEqual(0, (await fixture.Machine.Try("setpriv --reuid deprovisioner --regid deprovisioner --clear-groups sh -c 'echo x >>/var/lib/deprovisioner/.ssh/authorized_keys || touch /var/lib/deprovisioner/x'")).ExitCode);
        Assert.NotEqual(0, (await fixture.Machine.Try("setpriv --reuid deprovisioner --regid deprovisioner --clear-groups sudo -n /usr/local/sbin/deprovisioner-account argument")).ExitCode);
        Assert.NotEqual(0, (await fixture.Machine.Try("setpriv --reuid deprovisioner --regid deprovisioner --clear-groups sudo -n /bin/true")).ExitCode);
    }

    [Fact]
    public async Task Another_host_key_than_the_pinned_ones_is_refused_before_anything_is_said()
    {
        await using var host = fixture.Host(fixture.Settings with { Values = With("hostKey", "SHA256:" + new string('A', 43)) });

        var report = await host.Run(ConformanceHost.Command(fixture.Settings, StepAction.DisableAccount, "canary"));

        Assert.Equal((Outcome.Unauthorized, "host-key"), (report.Outcome, report.Code));
    }

    [Theory]
    [InlineData("hostKey", "")]
    [InlineData("hostKey", "any")]
    [InlineData("hostKey", "SHA256:short")]
    [InlineData("host", "no host")]
    [InlineData("port", "70000")]
    [InlineData("removeHome", "perhaps")]
    public async Task A_setting_that_cannot_be_used_is_named(string key, string value)
    {
        await using var host = fixture.Host(fixture.Settings with { Values = With(key, value) });

        var report = await host.Run(ConformanceHost.Command(fixture.Settings, StepAction.DisableAccount, "canary"));

        Assert.Equal(Outcome.Unauthorized, report.Outcome);
        Assert.Contains(key, report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_was_cut_is_made_anew()
    {
        await using var connector = new LinuxSshKind().Open(fixture.Settings, new PlainSecrets(), TimeProvider.System);
        Assert.Single(await connector.FindAsync("canary", default));

        await fixture.Machine.Run("pkill -KILL -u deprovisioner sshd");

        await Eventually.True("an answer on a new connection", async () => (await connector.FindAsync("canary", default)).Count == 1, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task More_calls_at_once_than_a_connection_has_sessions_all_get_their_answer()
    {
        var settings = fixture.Settings with { Limits = new SystemLimits { Concurrency = 30 } };
        await using var connector = new LinuxSshKind().Open(settings, new PlainSecrets(), TimeProvider.System);

        var found = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => connector.FindAsync("canary", default)));

        Assert.All(found, accounts => Assert.Single(accounts));
    }

    [Fact]
    public async Task A_server_that_says_nothing_holds_nobody_longer_than_the_token()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var connector = new LinuxSshKind().Open(fixture.Settings with { Values = With("port", $"{((IPEndPoint)silent.LocalEndpoint).Port}") }, new PlainSecrets(), TimeProvider.System);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connector.FindAsync("canary", soon.Token));

        Assert.True(watch.Elapsed < TimeSpan.FromMilliseconds(1300), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public async Task A_request_that_breaks_off_or_is_of_another_version_does_nothing()
    {
        var name = await fixture.NewAccount();
        var id = await fixture.IdOf(name);

        foreach (var (request, refusal) in new[] { ($"1 disable\nid {id}\n", "bad-request"), ($"2 disable\nid {id}\nend\n", "bad-version"), ($"1 disable\nid {id}\nshell /bin/sh\nend\n", "bad-request"), ($"1 reboot\nid {id}\nend\n", "bad-request") })
        {
            Assert.Contains($"refused {refusal}", await fixture.Machine.Run("printf '%s' \"$1\" | deprovisioner-account", request), StringComparison.Ordinal);
        }

        Assert.StartsWith($"{name} P", await fixture.Machine.Run("passwd -S \"$1\"", name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_runs_as_root_on_the_machine_has_no_fault_that_shellcheck_knows()
        => await ServerProcess.Run("shellcheck", [Repository.PathOf("deploy", "linux-ssh", "deprovisioner-account"), Repository.PathOf("deploy", "linux-ssh", "install.sh")]);

    private Dictionary<string, string> With(string key, string value) => new(fixture.Settings.Values) { [key] = value };

    private async Task<string> ServiceAccount(string options)
    {
        var name = fixture.NewName("service");
        await fixture.Machine.Run(
            "useradd --system --create-home --shell /bin/sh \"$1\"; install -d -o \"$1\" -m 0700 \"/home/$1/.ssh\"; echo \"$2$(cut -d ' ' -f 4- /var/lib/deprovisioner/.ssh/authorized_keys)\" >\"/home/$1/.ssh/authorized_keys\"", name, options);
        return name;
    }
}
