using Deprovisioner.Connectors.Conforming;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Deprovisioner.Connectors.Tests.Conformance;

/// <summary>The real host around one system, with the product's own patience but shorter pauses.</summary>
internal sealed class ConformanceHost : IAsyncDisposable
{
    public static readonly HostTimings Quick = new()
    {
        FirstRetryAfter = TimeSpan.FromMilliseconds(5),
        FirstReadBackAfter = TimeSpan.FromMilliseconds(20),
    };

    /// <summary>For what a real server finishes in its own time (PostgreSQL ends a session after it said that it would): up to 5 s, on a machine that is busy too.</summary>
    public static readonly HostTimings Patient = Quick with { ReadBacks = 8 };

    private readonly PlainSecrets secrets = new();
    private readonly ConnectedSystems systems;
    private readonly StepExecutor executor;
    private readonly SystemSettings settings;

    public ConformanceHost(IConnectorKind kind, SystemSettings settings, HostTimings? timings = null, TimeProvider? clock = null, ILogger<StepExecutor>? log = null)
    {
        this.settings = settings;
        systems = new ConnectedSystems([settings], [kind], secrets, timings ?? Quick, clock ?? TimeProvider.System);
        executor = new StepExecutor(systems, () => Protected, secrets, clock ?? TimeProvider.System, log ?? NullLogger<StepExecutor>.Instance);
    }

    /// <summary>Who and what is protected; nobody unless told.</summary>
    public ProtectedEntries Protected { get; set; } = ProtectedEntries.None;

    public static StepCommand Command(SystemSettings settings, StepAction action, string matchValue, IReadOnlyDictionary<string, string>? facts = null)
        => ConformanceTrial.Command(settings, action, matchValue, facts ?? new Dictionary<string, string>());

    public Task<StepReport> Run(StepCommand command, bool redelivered = false)
        => executor.ExecuteAsync(settings.Name, command, redelivered, CancellationToken.None);

    public Task<StepReport> Run(ConformanceTarget target, StepAction action, string matchValue)
        => Run(Command(settings, action, matchValue, target.Facts));

    public Task<SystemCheck> Check() => new SystemChecks(systems, secrets).CheckAsync(settings.Name, CancellationToken.None);

    public ValueTask DisposeAsync() => systems.DisposeAsync();
}

/// <summary>Texts as they are: the settings of tests hold no references.</summary>
internal sealed class PlainSecrets : ISecrets
{
    public string Resolve(string text) => text;

    public string Redact(string text) => text;
}
