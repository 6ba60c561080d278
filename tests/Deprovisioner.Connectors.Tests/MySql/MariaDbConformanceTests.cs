using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.MySql;

[Collection(nameof(MariaDbFixture))]
public sealed class MariaDbConformanceTests(MariaDbFixture fixture) : ConnectorConformance
{
    internal override ConformanceTarget Target => new MariaDbTarget(fixture);
}
