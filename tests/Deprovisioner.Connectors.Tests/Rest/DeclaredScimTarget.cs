using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Connectors.Tests.Scim;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Rest;

/// <summary>The SCIM server as a system that a file declares: the accounts are those of <see cref="ScimTarget"/>.</summary>
internal sealed class DeclaredScimTarget(ScimServer server) : ConformanceTarget
{
    private readonly ScimTarget target = new(server);

    public override IConnectorKind Kind { get; } = Declared.InFile("scim");

    public override SystemSettings Settings => As(target.Settings);

    public override SystemSettings WithRefusedCredential => As(target.WithRefusedCredential);

    public override SystemSettings Unreachable => As(target.Unreachable);

    public override (SystemSettings Settings, string Key) Misconfigured
        => (Settings with { Values = new Dictionary<string, string>(Settings.Values) { ["url"] = $"ftp://{RefusedSecret}" } }, "url");

    public override string Canary => target.Canary;

    public override Task StartAsync() => target.StartAsync();

    public override Task<string> NewAccountAsync(StepAction action) => target.NewAccountAsync(action);

    public override async ValueTask DisposeAsync()
    {
        await target.DisposeAsync();
        await base.DisposeAsync();
    }

    private static SystemSettings As(SystemSettings settings) => settings with { Connector = "declared-scim" };
}
