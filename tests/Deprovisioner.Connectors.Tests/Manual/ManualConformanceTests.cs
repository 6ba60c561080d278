using Deprovisioner.Connectors.Conforming;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Manual;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Connectors.Tests.Hosting;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Manual;

/// <summary>
/// What <see cref="ConnectorConformance"/> asks of a connector, for one that has no accounts: nothing is found, read back or listed there, nothing
/// can be throttled, refused or out of reach. What is left is told here: a double run, texts that mean something elsewhere, no canary to ask,
/// a cursor, an action that is not declared. Settings that cannot be used are in <see cref="ManualTests"/>.
/// </summary>
public sealed class ManualConformanceTests
{
    private static readonly SystemSettings Badge = new()
    {
        Name = new SystemName("badge"),
        Connector = "manual",
        Values = new Dictionary<string, string> { ["owner"] = "facilities" },
        Canary = "nobody-looks-at-this",
    };

    [Fact]
    public async Task Running_it_twice_asks_for_the_same_and_changes_nothing()
    {
        await using var host = new ConformanceHost(new ManualKind(), Badge);
        var command = Task("Take the badge.");

        foreach (var report in new[] { await host.Run(command), await host.Run(command, redelivered: true), await host.Run(command with { Attempt = 2 }) })
        {
            Assert.Equal((Outcome.Accepted, "manual"), (report.Outcome, report.Code));
            Assert.StartsWith("facilities has until ", report.Message, StringComparison.Ordinal);
            Assert.Empty(report.Evidence);
            Assert.Empty(report.Snapshots);
        }
    }

    [Fact]
    public async Task A_nasty_instruction_is_handed_on_as_the_text_that_it_is()
    {
        await using var host = new TestHost(new ManualKind(), new ReferenceSecrets(), Badge);
        foreach (var text in NastyNames.All)
        {
            var report = await host.Run(Task(text));

            Assert.Equal(Outcome.Accepted, report.Outcome);
            Assert.Contains($": {text.Trim()[..Math.Min(text.Trim().Length, 500)]}", report.Message, StringComparison.Ordinal);
            Assert.InRange(report.Message!.Length, 1, 1_001);
        }
    }

    [Fact]
    public async Task There_is_nobody_to_find_and_nothing_to_call()
    {
        await using var connector = new ManualKind().Open(Badge, new PlainSecrets(), TimeProvider.System);

        Assert.Empty(await connector.FindAsync("ada", default));
        Assert.Null(await connector.ReadAsync("ada", default));
        Assert.Empty((await connector.ListAsync(null, default)).Accounts);
        Assert.Equal(Fault.BadCursor(), (await Assert.ThrowsAsync<SystemFaultException>(() => connector.ListAsync("2", default))).Fault);
        foreach (var action in Enum.GetValues<StepAction>())
        {
            var before = new AccountState { Account = new AccountRef("1", "ada"), Enabled = true };
            var request = new ActRequest { Action = action, Before = before, Facts = new Dictionary<string, string>() };
            Assert.Equal(Fault.Unsupported(action), (await Assert.ThrowsAsync<SystemFaultException>(() => connector.ActAsync(request, default))).Fault);
        }
    }

    private static StepCommand Task(string instruction) => ConformanceHost.Command(Badge, StepAction.ManualTask, "") with { Instruction = instruction };
}
