using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.Kubernetes;

[Collection(nameof(ClusterFixture))]
public sealed class KubernetesSelectionTests(ClusterFixture fixture) : SelectionConformance
{
    internal override ConformanceTarget Target => new KubernetesTarget(fixture);
}
