using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Deprovisioner.Connectors.Tests.Hosting;

/// <summary>The host around one system, with secrets and patience of the test's choice.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly ConnectedSystems systems;
    private readonly StepExecutor executor;
    private readonly SystemSettings settings;

    public TestHost(IConnectorKind kind, ISecrets secrets, SystemSettings settings, HostTimings? timings = null)
    {
        this.settings = settings;
        systems = new ConnectedSystems([settings], [kind], secrets, timings ?? ConformanceHost.Quick, TimeProvider.System);
        executor = new StepExecutor(systems, () => ProtectedEntries.None, secrets, TimeProvider.System, NullLogger<StepExecutor>.Instance);
    }

    public Task<StepReport> Run(StepCommand command, CancellationToken shutdown = default) => executor.ExecuteAsync(settings.Name, command, redelivered: false, shutdown);

    public ValueTask DisposeAsync() => systems.DisposeAsync();
}
