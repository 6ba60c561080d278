using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.AwsIam;

public sealed class AwsIamConformanceTests : ConnectorConformance
{
    internal override ConformanceTarget Target => new AwsIamTarget();
}
