using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.AwsIam;

public sealed class AwsIamSelectionTests : SelectionConformance
{
    internal override ConformanceTarget Target => new AwsIamTarget();
}
