using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.Kubernetes;

[Collection(nameof(ClusterFixture))]
public sealed class KubernetesConformanceTests(ClusterFixture fixture) : ConnectorConformance
{
    internal override ConformanceTarget Target => new KubernetesTarget(fixture);
}
