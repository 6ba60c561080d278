using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.Postgres;

[Collection(nameof(PostgresFixture))]
public sealed class PostgresSelectionTests(PostgresFixture fixture) : SelectionConformance
{
    internal override ConformanceTarget Target => new PostgresTarget(fixture);
}
