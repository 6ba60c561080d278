using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.Redis;

[Collection(nameof(RedisFixture))]
public sealed class RedisConformanceTests(RedisFixture fixture) : ConnectorConformance
{
    internal override ConformanceTarget Target => new RedisTarget(fixture);
}
