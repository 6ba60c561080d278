using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.Postgres;

[Collection(nameof(PostgresFixture))]
public sealed class PostgresConformanceTests(PostgresFixture fixture) : ConnectorConformance
{
    internal override ConformanceTarget Target => new PostgresTarget(fixture);
}
