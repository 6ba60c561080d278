using System.Globalization;
using Deprovisioner.Connectors.LinuxSsh;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.LinuxSsh;

/// <summary>One machine for all tests; accounts have names of their own.</summary>
public sealed class LinuxFixture : IAsyncLifetime
{
    public const string Password = "leaver-Passw0rd";

    private int last;
    private string hash = "";

    public LinuxMachine Machine { get; private set; } = null!;

    public string NewName(string purpose) => string.Create(CultureInfo.InvariantCulture, $"{purpose}{Interlocked.Increment(ref last)}");

    /// <summary>An ordinary account: a password, a key, two groups.</summary>
    public async Task<string> NewAccount(string purpose = "leaver")
    {
        var name = NewName(purpose);
        await Machine.Run("useradd --create-home --shell /bin/bash --groups readers,writers --comment \"Lee Ver,$1@example.test\" --password \"$2\" -- \"$1\"", name, hash);
        return name;
    }

    /// <summary>Two processes of the account that go on by themselves.</summary>
    public Task StartProcesses(string account)
        => Machine.Run("setpriv --reuid \"$1\" --regid \"$1\" --clear-groups setsid sh -c 'sleep 3600 & exec sleep 3600' </dev/null >/dev/null 2>&1 &", account);

    /// <summary>How many processes run under the account's uid, by ps.</summary>
    public async Task<int> Processes(string account)
        => (await Machine.Run("ps -e -o ruid=,stat= | awk -v u=\"$(id -u \"$1\")\" '$1 == u && $2 !~ /^Z/'", account)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    internal SystemSettings Settings => LinuxTarget.With(Machine, ("removeHome", "true"));

    internal ConformanceHost Host(SystemSettings? settings = null) => new(new LinuxSshKind(), settings ?? Settings, ConformanceHost.Patient);

    internal async Task<StepReport> Act(StepAction action, string account, SystemSettings? settings = null)
    {
        await using var host = Host(settings);
        return await host.Run(ConformanceHost.Command(settings ?? Settings, action, account));
    }

    internal async Task<(Outcome Outcome, string? Code)> OutcomeOf(StepAction action, string account)
    {
        var report = await Act(action, account);
        return (report.Outcome, report.Code);
    }

    internal async Task<string> IdOf(string account)
    {
        await using var connector = new LinuxSshKind().Open(Settings, new PlainSecrets(), TimeProvider.System);
        return Assert.Single(await connector.FindAsync(account, default)).Id;
    }

    public async Task InitializeAsync()
    {
        Machine = await LinuxMachine.StartNew(ConformanceTarget.RefusedSecret);
        hash = await Machine.Run("openssl passwd -5 \"$1\"; install -d -m 0700 /etc/skel/.ssh; echo \"$2\" >/etc/skel/.ssh/authorized_keys", Password, Machine.OtherPublicKey);
    }

    public async Task DisposeAsync() => await Machine.DisposeAsync();
}

[CollectionDefinition(nameof(LinuxFixture))]
public sealed class LinuxGroup : ICollectionFixture<LinuxFixture>;
