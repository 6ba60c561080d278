using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>All systems that this host serves.</summary>
internal sealed class ConnectedSystems : IAsyncDisposable
{
    private readonly Dictionary<SystemName, ConnectedSystem> byName;

    /// <exception cref="InvalidOperationException">A system names a connector that the catalogue lacks, or two have one name; the configuration's check refuses both before.</exception>
    public ConnectedSystems(IReadOnlyList<SystemSettings> systems, IReadOnlyList<IConnectorKind> kinds, ISecrets secrets, HostTimings timings, TimeProvider clock)
    {
        byName = [];
        foreach (var settings in systems)
        {
            var kind = kinds.FirstOrDefault(k => k.Description.Connector == settings.Connector)
                ?? throw new InvalidOperationException($"System {settings.Name} names the connector '{settings.Connector}', which is not one of: {string.Join(", ", kinds.Select(k => k.Description.Connector))}.");
            if (!byName.TryAdd(settings.Name, new ConnectedSystem(settings, kind, secrets, timings, clock)))
            {
                throw new InvalidOperationException($"System {settings.Name} is there twice.");
            }
        }
    }

    public IReadOnlyCollection<ConnectedSystem> All => byName.Values;

    public ConnectedSystem? Find(SystemName name) => byName.GetValueOrDefault(name);

    public async ValueTask DisposeAsync()
    {
        foreach (var system in byName.Values)
        {
            await system.DisposeAsync();
        }
    }
}
