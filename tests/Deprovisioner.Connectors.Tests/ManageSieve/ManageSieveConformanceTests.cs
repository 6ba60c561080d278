using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.ManageSieve;

/// <summary>Not the tests of a selection too: of a mailbox's scripts one runs, so that there is one to take away.</summary>
[Collection(nameof(ManageSieveFixture))]
public sealed class ManageSieveConformanceTests(ManageSieveFixture fixture) : ConnectorConformance
{
    internal override ConformanceTarget Target => new ManageSieveTarget(fixture);
}
