using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Deprovisioner.Connectors.Conforming;

/// <summary>One system and one account on it, as the worker's own host would handle them, with faults on the way that a real system will not produce on demand.</summary>
/// <param name="kind">The connector's kind.</param>
/// <param name="system">The system, with a good credential.</param>
/// <param name="secrets">Resolves references.</param>
/// <param name="clock">The only clock.</param>
/// <param name="matchValue">Finds the account.</param>
/// <param name="facts">What steps need beside it (who takes over data).</param>
internal sealed class ConformanceTrial(
    IConnectorKind kind, SystemSettings system, ISecrets secrets, TimeProvider clock, string matchValue, IReadOnlyDictionary<string, string> facts)
{
    /// <summary>The product's own patience but shorter pauses, and longer for what a real server finishes in its own time.</summary>
    private static readonly HostTimings Patient = new() { FirstRetryAfter = TimeSpan.FromMilliseconds(20), FirstReadBackAfter = TimeSpan.FromMilliseconds(50), ReadBacks = 7 };

    public ConnectorDescription Description => kind.Description;

    public SystemSettings System => system;

    public string MatchValue => matchValue;

    /// <summary>What an action comes to on an account on which it was done.</summary>
    public static Outcome Again(IConnectorKind kind, StepAction action)
        => action == StepAction.DeleteAccount || (action == StepAction.RemoveEntitlements && kind.KnowsOnlyHolders) ? Outcome.Absent : Outcome.Already;

    public Outcome Again(StepAction action) => Again(kind, action);

    /// <summary>One attempt at a step.</summary>
    /// <param name="with">Other settings than the system's own.</param>
    /// <param name="change">Another command than the plain one.</param>
    public async Task<StepReport> RunAsync(
        StepAction action, Faults? faults = null, Func<SystemSettings, SystemSettings>? with = null, Func<StepCommand, StepCommand>? change = null, CancellationToken cancellationToken = default)
    {
        var settings = with is null ? system : with(system);
        await using var systems = new ConnectedSystems([settings], [faults is null ? kind : new FaultyKind(kind, faults)], secrets, Patient, clock);
        var executor = new StepExecutor(systems, () => ProtectedEntries.None, secrets, clock, NullLogger<StepExecutor>.Instance);
        var command = Command(system, action, matchValue, facts);
        return await executor.ExecuteAsync(settings.Name, change is null ? command : change(command), redelivered: false, cancellationToken);
    }

    /// <summary>Gives back what a step took, as its snapshots say; null: it is as it was.</summary>
    public async Task<string?> PutBackAsync(StepReport taken, CancellationToken cancellationToken)
    {
        if (taken.Snapshots.Count == 0)
        {
            return null;
        }

        var report = await RunAsync(StepAction.RestoreAccount, change: command => command with { Snapshots = taken.Snapshots }, cancellationToken: cancellationToken);
        return report.Outcome is Outcome.Changed or Outcome.Already ? null : $"It could not be put back ({Words(report)}): put it back by hand.";
    }

    /// <summary>Talks to the system without a host in between.</summary>
    public async Task<T> DirectlyAsync<T>(Func<IConnector, Task<T>> use)
    {
        await using var connector = kind.Open(system, secrets, clock);
        return await use(connector);
    }

    public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken)
        => WithSystems(systems => new SystemChecks(systems, secrets).CheckAsync(system.Name, cancellationToken));

    public static string Words(StepReport report) => $"{EnumText.Of(report.Outcome)}{(report.Code is null ? "" : $" {report.Code}")}{(report.Message is null ? "" : $": {report.Message}")}";

    /// <summary>An action for what must hold whatever the action is: disabling where there is that, and never one that needs a snapshot, for these stand last.</summary>
    public static StepAction AnyAction(ConnectorDescription connector) => connector.Actions.Min();

    private async Task<T> WithSystems<T>(Func<ConnectedSystems, Task<T>> use)
    {
        await using var systems = new ConnectedSystems([system], [kind], secrets, Patient, clock);
        return await use(systems);
    }

    /// <summary>A first attempt for somebody of whom nothing else is known.</summary>
    public static StepCommand Command(SystemSettings system, StepAction action, string matchValue, IReadOnlyDictionary<string, string> facts)
    {
        var all = new Dictionary<string, string>(facts, StringComparer.Ordinal);
        if (system.Match is { } match)
        {
            all[match.Value] = matchValue;
        }

        return new StepCommand
        {
            SagaId = new SagaId(Guid.CreateVersion7()),
            StepId = new StepId(Guid.CreateVersion7()),
            Attempt = 1,
            Fence = 1,
            Action = action,
            PersonId = new PersonId("P1"),
            EmploymentId = new EmploymentId("E1"),
            Facts = all,
        };
    }
}
