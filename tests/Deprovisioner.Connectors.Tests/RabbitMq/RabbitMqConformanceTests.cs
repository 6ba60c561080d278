using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.RabbitMq;

[Collection(nameof(RabbitMqFixture))]
public sealed class RabbitMqConformanceTests(RabbitMqFixture fixture) : ConnectorConformance
{
    internal override ConformanceTarget Target => new RabbitMqTarget(fixture);
}
