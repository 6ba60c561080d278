using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.Redis;

[Collection(nameof(RedisFixture))]
public sealed class RedisSelectionTests(RedisFixture fixture) : SelectionConformance
{
    internal override ConformanceTarget Target => new RedisTarget(fixture);
}
