using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.LinuxSsh;

[Collection(nameof(LinuxFixture))]
public sealed class LinuxSelectionTests(LinuxFixture fixture) : SelectionConformance
{
    internal override ConformanceTarget Target => new LinuxTarget(fixture);
}
