using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.RabbitMq;

[Collection(nameof(RabbitMqFixture))]
public sealed class RabbitMqSelectionTests(RabbitMqFixture fixture) : SelectionConformance
{
    internal override ConformanceTarget Target => new RabbitMqTarget(fixture);
}
