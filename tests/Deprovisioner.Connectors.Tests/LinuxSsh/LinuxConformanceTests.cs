using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.LinuxSsh;

[Collection(nameof(LinuxFixture))]
public sealed class LinuxConformanceTests(LinuxFixture fixture) : ConnectorConformance
{
    internal override ConformanceTarget Target => new LinuxTarget(fixture);
}
