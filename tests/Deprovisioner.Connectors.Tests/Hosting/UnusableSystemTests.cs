using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Hosting;

/// <summary>What a connector does that none should: the step has a report all the same, and the check a finding, and no secret is in either.</summary>
public sealed class UnusableSystemTests
{
    private const string Secret = "secret-of-the-test";

    private static readonly SystemSettings Settings = new()
    {
        Name = new SystemName("odd"),
        Connector = "odd",
        Values = new Dictionary<string, string>(),
        Match = new AccountMatch(null, "person.userName"),
        Canary = "canary",
    };

    [Theory]
    [InlineData(typeof(ArgumentException))]
    [InlineData(typeof(FormatException))]
    [InlineData(typeof(NullReferenceException))]
    public async Task A_connector_that_does_not_open_pauses_its_system_and_its_words_are_not_told(Type error)
    {
        var kind = new OddKind { OnOpen = () => throw (Exception)Activator.CreateInstance(error, $"'{Secret}' is no number.")! };
        await using var host = new ConformanceHost(kind, Settings);

        var report = await host.Run(ConformanceHost.Command(Settings, StepAction.ManualTask, "ada"));
        var check = await host.Check();

        Assert.Equal((Outcome.Unauthorized, Fault.Misconfigured), (report.Outcome, report.Code));
        Assert.Contains("odd", report.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, report.Message, StringComparison.Ordinal);
        Assert.False(check.Reachable);
        Assert.Equal(("settings", false, report.Message), Assert.Single(check.Findings) switch { var f => (f.Subject, f.Ok, f.Remedy) });
    }

    [Fact]
    public async Task A_connector_that_was_misconfigured_is_opened_again_when_it_can_be()
    {
        var kind = new OddKind { OnOpen = () => throw new FormatException() };
        await using var host = new ConformanceHost(kind, Settings);
        var command = ConformanceHost.Command(Settings, StepAction.ManualTask, "ada");
        Assert.Equal(Outcome.Unauthorized, (await host.Run(command)).Outcome);

        kind.OnOpen = () => { };

        Assert.Equal(Outcome.Accepted, (await host.Run(command)).Outcome);
    }

    [Fact]
    public async Task Whatever_a_connector_throws_there_is_a_report()
    {
        var kind = new OddKind { OnAssign = () => throw new InvalidOperationException("Out of the blue.") };
        await using var host = new ConformanceHost(kind, Settings);

        var report = await host.Run(ConformanceHost.Command(Settings, StepAction.ManualTask, "ada"));

        Assert.Equal((Outcome.Transient, FaultGrading.Unexpected), (report.Outcome, report.Code));
    }

    [Fact]
    public async Task What_a_check_finds_is_told_without_secrets_and_whole_though_the_canary_cannot_be_looked_for()
    {
        using var folder = new TemporaryFolder("check");
        var secrets = new ReferenceSecrets();
        secrets.Resolve($"${{file:{folder.Write("secret", Secret)}}}");
        var found = new SystemCheck(true, $"1.0 {Secret}", [new CheckFinding($"as {Secret}", false, $"The server said: {Secret}.")]);
        var kind = new OddKind { OnCheck = () => found, OnFind = () => throw new SystemFaultException(new Fault(Outcome.Rejected, "http-400", $"No {Secret}.")) };
        await using var systems = new ConnectedSystems([Settings], [kind], secrets, ConformanceHost.Quick, TimeProvider.System);

        var check = await new SystemChecks(systems, secrets).CheckAsync(Settings.Name, default);

        Assert.True(check.Reachable);
        Assert.Equal("1.0 [redacted]", check.Version);
        Assert.Equal(
            [new CheckFinding("as [redacted]", false, "The server said: [redacted]."), new CheckFinding("canary", false, "No [redacted].")],
            check.Findings);
    }

    private sealed class OddKind : IConnectorKind
    {
        public Action OnOpen { get; set; } = () => { };

        public Action OnAssign { get; init; } = () => { };

        public Action OnFind { get; init; } = () => { };

        public Func<SystemCheck> OnCheck { get; init; } = () => new SystemCheck(true, null, []);

        public ConnectorDescription Description { get; } = new("odd", new HashSet<StepAction> { StepAction.ManualTask }, []);

        public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock)
        {
            OnOpen();
            return new Odd(this);
        }
    }

    private sealed class Odd(OddKind kind) : ITaskConnector
    {
        public AssignedTask Assign(StepCommand command, DateTimeOffset now)
        {
            kind.OnAssign();
            return new AssignedTask(new TaskAssignment("somebody", now, VerificationRequired: false), "Somebody does it.");
        }

        public Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
        {
            kind.OnFind();
            return Task.FromResult<IReadOnlyList<AccountRef>>([]);
        }

        public Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken) => Task.FromResult<AccountState?>(null);

        public Task ActAsync(ActRequest request, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken) => Task.FromResult(new AccountPage([], null));

        public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(kind.OnCheck());

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
