using Deprovisioner.Contracts;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>
/// Takes up a changed list of systems while the host runs: connectors are exchanged, and queues of new systems are listened to. A queue that was listened to stays so until the next start:
/// of a system that left, nothing is sent any more, and what comes late is answered with an outcome.
/// </summary>
public sealed class ServedSystems
{
    private readonly IServiceProvider provider;
    private readonly HashSet<SystemName> listening;

    internal ServedSystems(IServiceProvider provider)
        => (this.provider, listening) = (provider, [.. provider.GetRequiredService<ConnectedSystems>().All.Select(s => s.Settings.Name)]);

    /// <summary>Serves these from now on. Returns when every new queue is listened to. Not to be called twice at a time.</summary>
    public async Task TakeUpAsync(IReadOnlyList<SystemSettings> systems, CancellationToken cancellationToken)
    {
        await provider.GetRequiredService<ConnectedSystems>().ReplaceAsync(systems);
        foreach (var system in systems.Where(s => !listening.Contains(s.Name)))
        {
            var bus = provider.GetRequiredService<IReceiveEndpointConnector>();
            var commands = bus.ConnectReceiveEndpoint(Transport.CommandQueue(system.Name), (_, configurator) => ConnectorHostRegistration.Configure(configurator, system.Limits, provider));
            var lists = bus.ConnectReceiveEndpoint(Transport.ListQueue(system.Name), (_, configurator) => ConnectorHostRegistration.ConfigureLists(configurator, provider));
            await Task.WhenAll(commands.Ready, lists.Ready).WaitAsync(cancellationToken);
            listening.Add(system.Name);
        }
    }
}
