using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.MySql;

[Collection(nameof(MariaDbFixture))]
public sealed class MariaDbSelectionTests(MariaDbFixture fixture) : SelectionConformance
{
    internal override ConformanceTarget Target => new MariaDbTarget(fixture);
}
