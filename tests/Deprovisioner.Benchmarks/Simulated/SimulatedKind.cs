using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Benchmarks.Simulated;

/// <summary>A system in this process's memory. Everybody has an account on it until it is deleted.</summary>
internal sealed class SimulatedKind : IConnectorKind
{
    public ConnectorDescription Description { get; } = new(
        "simulated",
        Enum.GetValues<StepAction>().Where(a => a is not StepAction.ManualTask).ToHashSet(),
        [
            new SettingDescription("latency", SettingKind.Duration, Required: false, "How long each call takes; none unless told."),
            new SettingDescription("failing", SettingKind.List, Required: false, "When it cannot be reached: intervals such as 2026-11-30T10:00:00Z/2026-11-30T10:05:00Z."),
            new SettingDescription("rate", SettingKind.Integer, Required: false, "Changes a second that it takes before it throttles; any number unless told."),
        ]);

    /// <summary>Of all simulated systems in this process.</summary>
    public SimulatedCounts Counts { get; } = new();

    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock)
    {
        var values = new SettingsReader(settings, secrets);
        var faults = settings.Values.Where(v => v.Key.StartsWith("failing.", StringComparison.Ordinal)).Select(v => FailureWindow.Parse(v.Value)).ToList();
        var rate = values.Optional("rate") is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : (int?)null;
        return new SimulatedConnector(Accounts(settings.Name), Durations.Parse(values.Optional("latency") ?? "0ms") ?? TimeSpan.Zero, faults, rate, Counts, clock);
    }

    /// <summary>A system's accounts outlive a connector that is opened anew.</summary>
    private SimulatedAccounts Accounts(SystemName system) => systems.GetOrAdd(system, _ => new SimulatedAccounts());

    private readonly System.Collections.Concurrent.ConcurrentDictionary<SystemName, SimulatedAccounts> systems = new();
}
