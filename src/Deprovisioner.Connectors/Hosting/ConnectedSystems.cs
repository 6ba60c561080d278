using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>All systems that this host serves; another set of them once the configuration changed.</summary>
internal sealed class ConnectedSystems : IAsyncDisposable
{
    private readonly IReadOnlyList<IConnectorKind> kinds;
    private readonly ISecrets secrets;
    private readonly HostTimings timings;
    private readonly TimeProvider clock;
    private volatile Dictionary<SystemName, ConnectedSystem> byName;

    /// <exception cref="InvalidOperationException">A system names a connector that the catalogue lacks, or two have one name; the configuration's check refuses both before.</exception>
    public ConnectedSystems(IReadOnlyList<SystemSettings> systems, IReadOnlyList<IConnectorKind> kinds, ISecrets secrets, HostTimings timings, TimeProvider clock)
    {
        (this.kinds, this.secrets, this.timings, this.clock) = (kinds, secrets, timings, clock);
        byName = [];
        byName = Connected(systems);
    }

    public IReadOnlyCollection<ConnectedSystem> All => byName.Values;

    public ConnectedSystem? Find(SystemName name) => byName.GetValueOrDefault(name);

    /// <summary>
    /// Serves these from now on. A system whose settings are the same stays as it is, with its connection, its circuit and its limit; of the others, steps that are under way end on
    /// the old connector, which closes after the last of them. Not to be called twice at a time.
    /// </summary>
    /// <exception cref="InvalidOperationException">See the constructor; then nothing has changed.</exception>
    public async ValueTask ReplaceAsync(IReadOnlyList<SystemSettings> systems)
    {
        var before = byName;
        byName = Connected(systems);
        foreach (var gone in before.Values.Except(byName.Values))
        {
            await gone.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var system in byName.Values)
        {
            await system.DisposeAsync();
        }
    }

    private Dictionary<SystemName, ConnectedSystem> Connected(IReadOnlyList<SystemSettings> systems)
    {
        var connected = new Dictionary<SystemName, ConnectedSystem>();
        foreach (var settings in systems)
        {
            var kind = kinds.FirstOrDefault(k => k.Description.Connector == settings.Connector)
                ?? throw new InvalidOperationException($"System {settings.Name} names the connector '{settings.Connector}', which is not one of: {string.Join(", ", kinds.Select(k => k.Description.Connector))}.");
            var system = byName.TryGetValue(settings.Name, out var same) && IsSame(same.Settings, settings) ? same : new ConnectedSystem(settings, kind, secrets, timings, clock);
            if (!connected.TryAdd(settings.Name, system))
            {
                throw new InvalidOperationException($"System {settings.Name} is there twice.");
            }
        }

        return connected;
    }

    /// <summary>Records compare dictionaries by who they are, not by what is in them.</summary>
    private static bool IsSame(SystemSettings one, SystemSettings other)
        => one with { Values = other.Values } == other && one.Values.Count == other.Values.Count
            && one.Values.All(value => other.Values.TryGetValue(value.Key, out var same) && same == value.Value);
}
